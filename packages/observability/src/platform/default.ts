import { send } from '../send.js';
import type { Platform } from './platform.js';

/**
 * Browsers and other runtimes. They have no environment and can't keep a request alive. Keys come from
 * initObservability.
 */
export const platform: Platform = {
  env: () => undefined,
  deliver: send,
};
