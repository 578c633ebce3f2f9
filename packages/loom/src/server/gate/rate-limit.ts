import { Refused } from '../../http/refused.js';

/** A rate limit binding of Workers. It counts for each Cloudflare location separately. */
export interface RateLimitBinding {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

const WINDOW_MS = 10_000;
const MAX_COUNTED = 10_000;
/** The period of the generated binding, in seconds. */
const BINDING_SECONDS = 10;

/**
 * Limits how often one key or address may send requests.
 *
 * Without a binding, each isolate counts separately. The number of isolates is unknown, so this limits one
 * isolate but not the total. With the binding, each Cloudflare location counts.
 */
export class RateLimit {
  readonly #binding: RateLimitBinding | undefined;
  readonly #most: number;
  readonly #now: () => number;
  #counts = new Map<string, number>();
  #since = 0;

  /** @param most requests in 10 seconds, if this isolate counts */
  constructor(most: number, now: () => number, binding?: RateLimitBinding) {
    this.#most = most;
    this.#now = now;
    this.#binding = binding;
  }

  /** Throws 429 if this key has sent too many requests. */
  async take(key: string): Promise<void> {
    if (this.#binding) {
      const { success } = await this.#binding.limit({ key });
      if (!success) {
        throw tooOften(BINDING_SECONDS);
      }
      return;
    }
    this.refuseFull(key);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Throws 429 if the limit is reached. Does not count a request. */
  refuseFull(key: string): void {
    const now = this.#now();
    if (now - this.#since >= WINDOW_MS || this.#counts.size >= MAX_COUNTED) {
      this.#counts = new Map();
      this.#since = now;
    }
    if ((this.#counts.get(key) ?? 0) >= this.#most) {
      throw tooOften(Math.ceil((this.#since + WINDOW_MS - now) / 1000));
    }
  }
}

function tooOften(seconds: number): Refused {
  return new Refused(429, 'Too many requests. Try again later.', {
    'retry-after': String(Math.max(1, seconds)),
  });
}
