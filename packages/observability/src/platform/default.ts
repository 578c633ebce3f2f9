import { send } from '../send.js';
import type { Platform } from './platform.js';

/** Browsers and other runtimes: no environment, no way to outlive a request. Keys come from initObservability. */
export const platform: Platform = {
  env: () => undefined,
  deliver: send,
};
