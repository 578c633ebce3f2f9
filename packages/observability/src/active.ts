import type { Node, Options } from './node.js';

/** The part of AsyncLocalStorage that is used here. */
interface Storage {
  run<R>(node: Node, fn: () => R): R;
  getStore(): Node | undefined;
}

/**
 * The running observation in this chain of calls. Absent if the runtime has no AsyncLocalStorage; then traces
 * are passed by hand.
 * Looked up, never imported: workerd has node:async_hooks only with nodejs_compat, and a static import would keep
 * Workers without it from starting.
 */
export let storage: Storage | undefined;
try {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  storage = hooks && new hooks.AsyncLocalStorage();
} catch {
  // A look-alike of `process`.
}

/** Without such a storage: how a request at an observed server is found by what its handler is given. */
export const requests: { find?: (options: Options) => Node | undefined } = {};
