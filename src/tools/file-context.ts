import type { ModelClient } from './site.js';
import type { Constants } from './syntax/constants.js';
import type { FileImports } from './syntax/imports.js';
import type { Expression, SourceFile } from './syntax/syntax.js';
import type { ValueReader } from './values/values.js';

/** Facts about the file that every family may use. */
export interface FileContext {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The file as it would be without what `init` wrote. */
  readonly file: SourceFile;
  readonly imports: FileImports;
  readonly constants: Constants;
  /** Values of expressions, across files. */
  readonly values: ValueReader;
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  /** Every model client of the file. */
  readonly models: readonly ModelClient[];
  /** False where the server's type is the project's own: its handlers may not take a further parameter. */
  readonly mayAddParameters: boolean;
  /** Functions of the project that a person named as ones that register tools. */
  readonly registrars: readonly string[];
  /** The name of the tool that the file is by its place in the project, whatever it says. */
  readonly toolByPlace: string | undefined;
  /** Whether what a method is called on is an MCP server, as far as this file shows. */
  isServer(receiver: Expression): boolean;
}

/** Shared by all traced functions of one file. */
export type HandlerContext = Pick<FileContext, 'models' | 'mayAddParameters'>;
