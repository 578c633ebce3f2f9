import { flush } from './schedule.js';
import { currentSettings, initSettings, type ObservabilityOptions } from './settings.js';

/** Controls all tracing of this program. */
export interface ObservabilityClient {
  /** The address of Langfuse, such as `https://us.cloud.langfuse.com`. */
  readonly baseUrl: string;
  /** Sends all ended spans. Resolves when they were delivered or dropped. Never rejects. */
  flush(): Promise<void>;
}

/**
 * Sets options that the environment does not contain. Call it before the first trace. If the keys are in the
 * environment, you do not need it.
 * @returns the client; null without keys
 */
export function initObservability(options: ObservabilityOptions = {}): ObservabilityClient | null {
  initSettings(options);
  return getClient();
}

/** Returns the client; null when tracing is off. */
export function getClient(): ObservabilityClient | null {
  const settings = currentSettings();
  return settings ? { baseUrl: settings.baseUrl, flush: () => flush(false) } : null;
}

/**
 * Ends all traces that are not inside a `run` call, and sends everything. Resolves when it was delivered or dropped. Never
 * rejects. You do not need it in a Worker, or when a Node process ends by itself.
 */
export function shutdownObservability(): Promise<void> {
  return flush(true);
}
