import type { Edit } from '../core/edits.js';
import type { ConfigChange, ConfigPath } from './changes.js';

/** A Wrangler config as it was read: where it is, how it is written, and every character of it. */
export interface ConfigSource {
  /** As findings should name it. */
  readonly path: string;
  /** The id of one of the formats. */
  readonly format: string;
  readonly text: string;
}

export type ConfigTable = { [key: string]: unknown };

/** One parsed text. All offsets are those of the text given, byte order mark included. */
export interface ParsedConfig {
  readonly value: ConfigTable;
  /** 1-based line where `path` is written, or the nearest table above it that is. */
  lineOf(path: ConfigPath): number;
  /**
   * The splices that make `changes`.
   * @throws NoPlaceError when the text has no place for one.
   */
  edits(changes: readonly ConfigChange[]): Edit[];
}

/** A language that Wrangler reads its config in. */
export interface ConfigFormat {
  /** The ending of its files, without the dot. */
  readonly id: string;
  /** @throws ConfigSyntaxError with file and line when the text can't be read */
  parse(source: ConfigSource): ParsedConfig;
  /** The changes as text to paste, for a config that can't be edited. */
  snippet(changes: readonly ConfigChange[]): string;
}
