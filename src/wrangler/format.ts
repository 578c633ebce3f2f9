import type { Edit } from '../core/edits.js';
import type { ConfigChange, ConfigPath } from './changes.js';

/** A Wrangler config as it was read: its path, its format and its text. */
export interface ConfigSource {
  /** The path in findings. */
  readonly path: string;
  /** The id of one of the formats. */
  readonly format: string;
  readonly text: string;
}

export type ConfigTable = { [key: string]: unknown };

/** One parsed text. All offsets are those of the text given, byte order mark included. */
export interface ParsedConfig {
  readonly value: ConfigTable;
  /** 1-based line of `path`, or of the nearest table above it. */
  lineOf(path: ConfigPath): number;
  /**
   * The splices for `changes`.
   * @throws NoPlaceError if the text has no place for a change.
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
