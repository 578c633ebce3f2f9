import { maskText } from './mask.js';
import { errorMessage } from './outcome.js';

const said = new Set<unknown>();

/** Prints each kind of warning once per process or isolate. */
export function warnOnce(message: string, kind: unknown = message): void {
  if (said.has(kind)) return;
  said.add(kind);
  // biome-ignore lint/suspicious/noConsole: a fault that nobody hears of is worse than a line in the log
  console.warn(`[observability] ${message}`);
}

/** A telemetry error is reported once, and not propagated. */
export function safely(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}

export function failed(error: unknown): void {
  warnOnce(`tracing itself failed: ${maskText(errorMessage(error))}`, failed);
}
