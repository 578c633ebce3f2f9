import type { Edit } from '../core/edits.js';
import type { ConfigFormat } from '../core/plan.js';
import type { ConfigChange, ConfigPath } from './changes.js';

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
