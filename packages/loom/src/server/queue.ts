import type { ReceivingStore } from '../receiver/store.js';
import type { Arrivals } from '../receiver/trace.js';
import { Overloaded } from './d1.js';
import type { MessageBatch, QueueBinding, QueueMessage } from './env.js';
import { groupsOf } from './groups.js';

/** UTF-16 units. A message of a Queue may have 128 KB, and a text can grow as JSON. */
const MAX_MESSAGE = 60_000;
const MAX_SPANS = 100;
/** Longer messages (UTF-8) are not sent. */
const MAX_MESSAGE_BYTES = 120_000;
/** Maximum delay before a retry, in seconds. */
const MAX_WAIT = 300;
/** How long an isolate does not use D1 after it was overloaded, in ms. */
const REST_MS = 10_000;

/**
 * Writes to D1, or to the Queue while D1 is overloaded. A Queue may deliver a message twice and in any order.
 * So only spans, events and scores use it, because they tolerate that; updates of observations do not.
 */
export class QueuedStore implements ReceivingStore {
  readonly #store: ReceivingStore;
  readonly #queue: QueueBinding | undefined;
  readonly #now: () => number;
  #restUntil = 0;

  constructor(store: ReceivingStore, queue: QueueBinding | undefined, now: () => number) {
    this.#store = store;
    this.#queue = queue;
    this.#now = now;
  }

  async add(arrivals: Arrivals): Promise<Set<string>> {
    const messages = this.#queue && (arrivals.patches ?? []).length === 0 ? messagesOf(arrivals) : undefined;
    if (messages && this.#now() < this.#restUntil) {
      return this.#send(messages);
    }
    try {
      return await this.#store.add(arrivals);
    } catch (error) {
      if (!(error instanceof Overloaded)) {
        throw error;
      }
      this.#restUntil = this.#now() + REST_MS;
      if (!messages) {
        throw error;
      }
      return this.#send(messages);
    }
  }

  observations(
    ...of: Parameters<ReceivingStore['observations']>
  ): ReturnType<ReceivingStore['observations']> {
    return this.#store.observations(...of);
  }

  async #send(messages: readonly Arrivals[]): Promise<Set<string>> {
    for (const message of messages) {
      await this.#queue?.send(message);
    }
    return new Set();
  }
}

/** Undefined if a part is too large for a message. */
function messagesOf(arrivals: Arrivals): Arrivals[] | undefined {
  const messages = groupsOf(arrivals, MAX_MESSAGE, MAX_SPANS);
  const encoder = new TextEncoder();
  const fits = messages.every((one) => encoder.encode(JSON.stringify(one)).length <= MAX_MESSAGE_BYTES);
  return fits ? messages : undefined;
}

/** Writes messages of a Queue. A failed write is retried; no message is dropped here. */
export async function writeQueued({ messages }: MessageBatch, store: ReceivingStore): Promise<Set<string>> {
  const changed = new Set<string>();
  try {
    for (const id of await store.add(joined(messages))) {
      changed.add(id);
    }
    for (const message of messages) {
      message.ack();
    }
    return changed;
  } catch (error) {
    if (error instanceof Overloaded || messages.length === 1) {
      for (const message of messages) {
        again(message);
      }
      return changed;
    }
  }
  // One message may be the cause of the failure, so each is written separately.
  for (const message of messages) {
    try {
      for (const id of await store.add(joined([message]))) {
        changed.add(id);
      }
      message.ack();
    } catch {
      again(message);
    }
  }
  return changed;
}

function again(message: QueueMessage): void {
  message.retry({ delaySeconds: Math.min(2 ** (message.attempts - 1), MAX_WAIT) });
}

function joined(messages: readonly QueueMessage[]): Arrivals {
  const all = messages.map(({ body }) => body as Arrivals);
  return {
    spans: all.flatMap(({ spans = [] }) => spans),
    scores: all.flatMap(({ scores = [] }) => scores),
    events: all.flatMap(({ events = [] }) => events),
  };
}
