import type { Edit } from '../core/edits.js';
import { ConfigSyntaxError, isTooDeep } from '../core/errors.js';
import type { ConfigFormat } from '../core/plan.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import { jsoncDocument } from './jsonc.js';
import { tomlDocument } from './toml.js';

/** A Wrangler config as it was read: where it is, how it is written, and every character of it. */
export interface ConfigSource {
  /** As findings should name it. */
  readonly path: string;
  readonly format: ConfigFormat;
  readonly text: string;
}

export type ConfigTable = { [key: string]: unknown };

/** What both formats can do. All offsets are those of the text given, byte order mark included. */
export interface ConfigDocument {
  readonly value: ConfigTable;
  /** 1-based line where `path` is written, or the nearest table above it that is. */
  lineOf(path: ConfigPath): number;
  /**
   * The splices that make `changes`.
   * @throws NoPlaceError when the text has no place for one.
   */
  edits(changes: readonly ConfigChange[]): Edit[];
}

/** @throws ConfigSyntaxError with file and line when the text can't be read. */
export function parseConfig(source: ConfigSource): ConfigDocument {
  try {
    return source.format === 'toml' ? tomlDocument(source) : jsoncDocument(source);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const fix = 'Name the Wrangler config itself, or write it flatter.';
    throw new ConfigSyntaxError(`${source.path} is nested too deeply to be read.`, fix, {
      file: source.path,
      line: 1,
    });
  }
}
