import type { TextStyle } from '../text/style.js';
import type { RuntimeNames } from './names.js';
import type { PageWidth } from './shapes/width.js';

export interface WrapOptions {
  readonly server: string;
  /** Atlas task type; undefined where one place serves many tools and the runtime's default holds. */
  readonly task: string | undefined;
  /** Atlas oversight level, if a person should review calls. */
  readonly oversight: string | undefined;
  /** Whether the file has a table of tasks for places of many. */
  readonly hasTasks: boolean;
  readonly names: RuntimeNames;
  readonly style: TextStyle;
  /** The quote of most of the file's strings. */
  readonly quote: '"' | "'";
  readonly trailingComma: boolean;
  readonly width: PageWidth;
  /** The end of the file's statements. */
  readonly semicolon: ';' | '';
}
