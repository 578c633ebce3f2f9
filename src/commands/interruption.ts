import { setImmediate } from 'node:timers/promises';
import { CancelledError } from '../core/errors.js';

/** Ctrl-C, the end of a CI job, and a terminal window that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Shows if the user asked to stop during the work. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** @throws CancelledError if the user asked to stop */
  check(): Promise<void>;
}

/**
 * Runs work that must not stop half-way. A signal does not end the process: the work checks for it, and
 * restores the files.
 */
export async function uninterrupted<T>(work: (interruption: Interruption) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of SIGNALS) process.on(name, stop);
  const check = async () => {
    // Two turns of the event loop. After the second one, a signal during synchronous work has arrived.
    await setImmediate();
    await setImmediate();
    if (controller.signal.aborted) throw stopped();
  };
  try {
    return await work({ signal: controller.signal, check });
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}

function stopped(): CancelledError {
  return new CancelledError('Stopped.', 'Everything was restored.');
}
