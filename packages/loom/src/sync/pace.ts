import { setTimeout as wait } from 'node:timers/promises';
import type { Lock } from '../store/lock.js';

const MAX_FAILURES_IN_A_ROW = 6;
const BACKOFF_MS = 1_000;
/** Waits in slices of this, so that the lock is renewed during a long wait. */
const SLICE_MS = 30_000;

/** If the server requests a longer wait, the run ends. */
const LONGEST_WAIT_MS = 120_000;

interface PaceOptions {
  readonly lock: Lock;
  readonly baseUrl: string;
  /** Maximum wait after a failure, in ms. */
  readonly maxBackoffMs: number;
  /** Called before a wait of more than a second, with its ms. */
  readonly onWait: (ms: number) => void;
  /**
   * Called if the server requests a wait that is too long for one run, with its ms. Returns why the run ends.
   */
  readonly onLongWait: (ms: number) => string;
  /** Ends a wait early. */
  readonly signal: AbortSignal | undefined;
}

/** Decides when a run continues, waits or stops. */
export class Pace {
  readonly #options: PaceOptions;
  #failures = 0;
  #stopped: string | null = null;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Why the run must end; null while it may continue. */
  get stopped(): string | null {
    return this.#stopped;
  }

  stop(reason: string): void {
    this.#stopped ??= reason;
  }

  /** Called after a valid response of the server. */
  worked(): void {
    this.#failures = 0;
  }

  /** Waits, longer each time. Too many failures in a row end the run. */
  async failed(reason: string): Promise<void> {
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES_IN_A_ROW) {
      this.stop(`${this.#options.baseUrl} failed ${this.#failures} times in a row (${reason})`);
      return;
    }
    await this.wait(Math.min(BACKOFF_MS * 2 ** (this.#failures - 1), this.#options.maxBackoffMs));
  }

  /** Waits as requested by the server. A long wait ends the run. */
  async later(ms: number): Promise<void> {
    if (ms > LONGEST_WAIT_MS) {
      this.stop(this.#options.onLongWait(ms));
      return;
    }
    await this.wait(ms);
  }

  async wait(ms: number): Promise<void> {
    if (ms > 1000) {
      this.#options.onWait(ms);
    }
    const { lock, signal } = this.#options;
    for (let left = Math.max(ms, 0); left > 0 && !signal?.aborted && lock.renew(); left -= SLICE_MS) {
      await wait(Math.min(left, SLICE_MS), undefined, { signal }).catch(() => {});
    }
  }
}
