import type { Node, Options } from './node.js';

/** The part of AsyncLocalStorage that is used here. */
interface Storage {
  run<R>(node: Node, fn: () => R): R;
  getStore(): Node | undefined;
}

/**
 * Stores the running observation of this chain of calls. Undefined if the runtime has no AsyncLocalStorage;
 * then traces are passed by hand. It is never imported: workerd has node:async_hooks only with nodejs_compat,
 * and Workers without it could not start with a static import.
 */
export let storage: Storage | undefined;
try {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  storage = hooks && new hooks.AsyncLocalStorage();
} catch {
  // A look-alike of `process`.
}

/** Without AsyncLocalStorage: finds a request at an observed server by its handler's arguments. */
export const requests: { find?: (options: Options) => Node | undefined } = {};
