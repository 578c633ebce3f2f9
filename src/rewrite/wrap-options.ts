import type { TextStyle } from '../text/style.js';
import type { RuntimeNames } from './names.js';
import type { PageWidth } from './shapes/width.js';

export interface WrapOptions {
  readonly server: string;
  /** Atlas task type. Undefined for a shared site, which uses the runtime's default. */
  readonly task: string | undefined;
  /** Atlas oversight level, if a person should review calls. */
  readonly oversight: string | undefined;
  /** The file has a table of tasks for its shared sites. */
  readonly hasTasks: boolean;
  readonly names: RuntimeNames;
  readonly style: TextStyle;
  /** The quote that most strings of the file use. */
  readonly quote: '"' | "'";
  readonly trailingComma: boolean;
  readonly width: PageWidth;
  /** The end of statements in this file's style. */
  readonly semicolon: ';' | '';
}
