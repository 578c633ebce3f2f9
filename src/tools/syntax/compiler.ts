import { createRequire } from 'node:module';
import type { ts as Typescript } from 'ts-morph';

/** The compiler's API, as ts-morph contains it. */
export type Compiler = typeof Typescript;

/** Loads the compiler when the sources run unbuilt. The build replaces this file with the used part of the compiler. */
export function loadCompiler(): Compiler {
  const require = createRequire(import.meta.url);
  // The compiler alone starts in two thirds of the time that all of ts-morph needs.
  return createRequire(require.resolve('ts-morph'))('@ts-morph/common/dist/typescript.js');
}
