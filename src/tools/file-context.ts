import type { ModelClient } from './site.js';
import type { Constants } from './syntax/constants.js';
import type { FileImports } from './syntax/imports.js';
import type { Expression, SourceFile } from './syntax/syntax.js';
import type { ValueReader } from './values/values.js';

/** Facts about a file for all families. */
export interface FileContext {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The file without the code of `init`. */
  readonly file: SourceFile;
  readonly imports: FileImports;
  readonly constants: Constants;
  /** Values of expressions, across files. */
  readonly values: ValueReader;
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  /** Every model client of the file. */
  readonly models: readonly ModelClient[];
  /** False if the server's type comes from the project. Such a type may not allow a further parameter. */
  readonly mayAddParameters: boolean;
  /** Names of registrars that a person configured. */
  readonly registrars: readonly string[];
  /** The tool's name, if the file's place in the project alone makes it a tool. */
  readonly toolByPlace: string | undefined;
  /** Returns true if this file shows that the receiver of a method call is an MCP server. */
  isServer(receiver: Expression): boolean;
}

/** The part of the context that traced functions need. */
export type HandlerContext = Pick<FileContext, 'models' | 'mayAddParameters'>;
