import { createRequire } from 'node:module';
import type { ts as Typescript } from 'ts-morph';

/** TypeScript's own interface, as ts-morph carries it. */
export type Compiler = typeof Typescript;

let load: () => Compiler = fromPackage;

/** The published program brings a smaller compiler along; its command line says here how that one is loaded. */
export function useCompiler(loader: () => Compiler): void {
  load = loader;
}

export function loadCompiler(): Compiler {
  return load();
}

function fromPackage(): Compiler {
  const require = createRequire(import.meta.url);
  // The compiler by itself starts in two thirds of the time of all that ts-morph lays around it.
  return createRequire(require.resolve('ts-morph'))('@ts-morph/common/dist/typescript.js');
}
