// A namespace import, because a name that an older workerd does not have is then undefined instead of a
// startup error.
import * as workers from 'cloudflare:workers';
import { send } from '../send.js';
import type { NativeTracing, Platform } from './platform.js';

const { env, tracing, waitUntil } = workers as {
  env?: Record<string, unknown>;
  tracing?: NativeTracing;
  waitUntil?: (work: Promise<void>) => void;
};

/** Cloudflare Workers. Requests are isolated, so a request must not wait for the promise of another. */
export const platform: Platform = {
  env(name) {
    return env?.[name] ?? globalThis.process?.env?.[name];
  },
  deliver(parcel) {
    // Let the answer leave first, because encoding and sending take longer than recording.
    const work = new Promise((resolve) => setTimeout(resolve, 0)).then(() => send(parcel));
    platform.keepAlive?.(work.catch(() => {}));
    return work;
  },
  keepAlive(work) {
    try {
      waitUntil?.(work);
    } catch {
      // Outside of a request, nothing needs to be kept alive.
    }
  },
  tracing,
};
