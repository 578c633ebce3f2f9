// A namespace import: a name that an older workerd lacks is then undefined, and not a failure to start.
import * as workers from 'cloudflare:workers';
import { send } from '../send.js';
import type { NativeTracing, Platform } from './platform.js';

const { env, tracing, waitUntil } = workers as {
  env?: Record<string, unknown>;
  tracing?: NativeTracing;
  waitUntil?: (work: Promise<void>) => void;
};

/** Cloudflare Workers. Requests share nothing: what one of them began, another must not wait for. */
export const platform: Platform = {
  env(name) {
    return env?.[name] ?? globalThis.process?.env?.[name];
  },
  deliver(parcel) {
    // The answer goes first: encoding and sending take longer than all the recording before.
    const work = new Promise((resolve) => setTimeout(resolve, 0)).then(() => send(parcel));
    platform.keepAlive?.(work.catch(() => {}));
    return work;
  },
  keepAlive(work) {
    try {
      waitUntil?.(work);
    } catch {
      // Outside of a request there is nothing to keep alive.
    }
  },
  tracing,
};
