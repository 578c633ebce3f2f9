import { flush } from './schedule.js';
import { currentSettings, initSettings, type ObservabilityOptions } from './settings.js';

/** Controls for tracing as a whole. */
export interface ObservabilityClient {
  readonly baseUrl: string;
  /** Sends what has ended. Resolves when it has arrived or was given up; never rejects. */
  flush(): Promise<void>;
}

/**
 * Sets what the environment does not say, before the first trace. Optional: with the keys in the environment
 * nothing has to be called. Gives null when there are no keys.
 */
export function initObservability(options: ObservabilityOptions = {}): ObservabilityClient | null {
  initSettings(options);
  return getClient();
}

/** Null when tracing is off. */
export function getClient(): ObservabilityClient | null {
  const settings = currentSettings();
  return settings ? { baseUrl: settings.baseUrl, flush: () => flush(false) } : null;
}

/**
 * Ends traces that were started here and are not running, sends everything, and resolves when it was
 * delivered or given up. Never rejects. Not needed in a Worker, nor at the natural end of a Node process.
 */
export function shutdownObservability(): Promise<void> {
  return flush(true);
}
