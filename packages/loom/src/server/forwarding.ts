import type { ReceivingStore } from '../receiver/store.js';
import type { Sql } from '../store/sql.js';
import { isAddress } from '../sync/address.js';
import { LangfuseClient } from '../sync/client.js';
import type { Env, Later } from './env.js';
import { type ForwardOptions, forward, REQUEST_MS } from './forward.js';
import { beginState } from './forward-state.js';

/** Minimum interval between two runs of one isolate, in ms. */
const EVERY_MS = 5000;

/** Forwards new data to a Langfuse project if the Worker has keys for one. */
export class Forwarding {
  readonly #sql: Sql;
  readonly #options: ForwardOptions;
  #begun: Promise<void> | undefined;
  #isPlanned = false;
  #ranAt = 0;

  constructor(sql: Sql, options: ForwardOptions) {
    this.#sql = sql;
    this.#options = options;
  }

  /** Wraps the store, to record where forwarding begins before the first write. */
  before(store: ReceivingStore): ReceivingStore {
    return {
      add: async (arrivals) => {
        await this.#begin();
        return store.add(arrivals);
      },
      observations: (query) => store.observations(query),
    };
  }

  /**
   * Schedules one run for all data that arrives until it starts. The next data or the cron trigger retries a
   * failed run.
   */
  schedule(later: Later): void {
    if (this.#isPlanned) {
      return;
    }
    this.#isPlanned = true;
    const wait = Math.max(0, this.#ranAt + EVERY_MS - this.#options.now());
    const run = async () => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      this.#isPlanned = false;
      this.#ranAt = this.#options.now();
      await forward(this.#sql, this.#options);
    };
    later.waitUntil(
      run().catch((error) => {
        // biome-ignore lint/suspicious/noConsole: the log of a Worker is its console
        console.error(error);
      }),
    );
  }

  async now(): Promise<void> {
    await this.#begin();
    await forward(this.#sql, this.#options);
  }

  #begin(): Promise<void> {
    this.#begun ??= beginState(this.#sql).catch((error) => {
      this.#begun = undefined;
      throw error;
    });
    return this.#begun;
  }
}

/** How to forward to Langfuse, or why it is impossible. New data is stored in both cases. */
export function readForwarding(
  env: Env,
  sql: Sql,
): { readonly forwarding?: Forwarding; readonly problem?: string } {
  const { LANGFUSE_PUBLIC_KEY: publicKey, LANGFUSE_SECRET_KEY: secretKey, LANGFUSE_BASE_URL: given } = env;
  if (!publicKey && !secretKey && !given) {
    return {};
  }
  const baseUrl = (given ?? '').replace(/\/+$/, '');
  if (!publicKey || !secretKey || !isAddress(baseUrl)) {
    const missing = [
      ...(publicKey ? [] : ['LANGFUSE_PUBLIC_KEY']),
      ...(secretKey ? [] : ['LANGFUSE_SECRET_KEY']),
      ...(isAddress(baseUrl) ? [] : ['an address in LANGFUSE_BASE_URL']),
    ];
    return { problem: `To forward to Langfuse, the server also needs ${missing.join(' and ')}.` };
  }
  return {
    forwarding: new Forwarding(sql, {
      client: new LangfuseClient({ publicKey, secretKey, baseUrl, from: 'the environment' }, REQUEST_MS),
      project: env.PROJECT ?? 'team',
      now: Date.now,
    }),
  };
}
