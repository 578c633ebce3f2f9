import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { Lock } from '../store/lock.js';
import { projectKey } from '../store/project-key.js';
import { LangfuseClient } from './client.js';
import { EntityReader } from './entities.js';
import type { Keys } from './keys.js';
import { lookUp, type Unknown } from './lookup.js';
import { Outbox } from './outbox.js';
import { Pace } from './pace.js';
import { Sender, type SetAside } from './sender.js';
import { SpanMaker } from './spans.js';
import { saveWait, waitOf } from './told-to-wait.js';

export interface SyncOptions {
  readonly keys: Keys;
  /** How long the server may need to show what it has accepted, in ms. */
  readonly settleMs?: number;
  readonly unknown?: Unknown;
  readonly onProgress?: (progress: { sent: number; left: number; waitingMs?: number }) => void;
  /** Spans in one request. */
  readonly batchSize?: number;
  /** For one request, in ms. */
  readonly timeoutMs?: number;
  /** Ends it after the request that is on its way. */
  readonly signal?: AbortSignal;
}

export interface SyncReport {
  readonly sent: number;
  /** Found on the server after an unknown outcome, and so not sent again. */
  readonly found: number;
  readonly dead: number;
  /** The same, by name: records that Langfuse rejected for good, or that can't be converted. */
  readonly set_aside: readonly SetAside[];
  readonly left: number;
  /** Why it ended before the queue was empty. */
  readonly stopped: string | null;
}

/** How soon a write can be read was not measured on Langfuse Cloud: a minute is a guess on the safe side. */
const SETTLE_MS = 60_000;
const LOCK_LIFE_MS = 180_000;
/** Records whose scores go in one request; it stays far below the 4.5 MB that the endpoint reads. */
const SCORES_AT_ONCE = 100;

/** Sends what is queued. Safe to kill at any moment and to start again. */
export async function sync(db: Database, options: SyncOptions): Promise<SyncReport> {
  const lock = new Lock(db, 'sync', LOCK_LIFE_MS);
  const holder = lock.take();
  if (holder) {
    throw new LoomError(
      `Another sync is running (process ${holder.pid} on ${holder.host}).`,
      'Wait for it to end; `lm sync --status` shows its progress.',
      EXIT.conflict,
    );
  }
  try {
    return await new Run(db, options, lock).toTheEnd();
  } finally {
    lock.release();
  }
}

class Run {
  readonly #db: Database;
  readonly #options: SyncOptions;
  readonly #lock: Lock;
  readonly #outbox: Outbox;
  readonly #client: LangfuseClient;
  readonly #pace: Pace;
  readonly #sender: Sender;
  readonly #project: string;
  readonly #settleMs: number;
  #found = 0;

  constructor(db: Database, options: SyncOptions, lock: Lock) {
    this.#db = db;
    this.#options = options;
    this.#lock = lock;
    this.#outbox = new Outbox(db);
    this.#client = new LangfuseClient(options.keys, options.timeoutMs);
    this.#project = projectKey(db);
    this.#settleMs = options.settleMs ?? SETTLE_MS;
    this.#pace = new Pace({
      lock,
      baseUrl: options.keys.baseUrl,
      maxBackoffMs: this.#settleMs,
      onWait: (ms) => this.#tell(ms),
      onLongWait: (ms) => {
        saveWait(db, options.keys.baseUrl, Date.now() + ms);
        return waitOf(db, options.keys.baseUrl, Date.now()) ?? 'it was asked to wait';
      },
      signal: options.signal,
    });
    this.#sender = new Sender({
      db,
      outbox: this.#outbox,
      client: this.#client,
      pace: this.#pace,
      keys: options.keys,
      project: this.#project,
    });
  }

  async toTheEnd(): Promise<SyncReport> {
    const told = waitOf(this.#db, this.#options.keys.baseUrl, Date.now());
    if (told !== undefined) {
      this.#pace.stop(told);
    }
    this.#outbox.takeOver(Date.now());
    while (this.#pace.stopped === null && (await this.#step())) {
      this.#tell();
    }
    return {
      sent: this.#sender.sent,
      found: this.#found,
      dead: this.#sender.dead.length,
      set_aside: this.#sender.dead,
      left: this.#left(),
      stopped: this.#pace.stopped,
    };
  }

  /** One piece of work, or a wait for one; false when nothing is left. */
  async #step(): Promise<boolean> {
    if (this.#options.signal?.aborted) {
      this.#pace.stop('it was asked to stop');
      return false;
    }
    if (!this.#lock.renew()) {
      this.#pace.stop('another sync has taken over');
      return false;
    }
    const now = Date.now();
    const unsettled = this.#outbox.unsettled(now - this.#settleMs);
    if (unsettled.length > 0) {
      this.#found += await lookUp(unsettled, {
        outbox: this.#outbox,
        client: this.#client,
        maker: new SpanMaker(new EntityReader(this.#db), this.#project),
        pace: this.#pace,
        unknown: this.#options.unknown ?? 'keep',
      });
      return true;
    }
    const spans = this.#outbox.claim('spans', now, this.#options.batchSize);
    if (spans.length > 0) {
      await this.#sender.spans(spans);
      return true;
    }
    const scores = this.#outbox.claim('scores', now, SCORES_AT_ONCE);
    if (scores.length > 0) {
      await this.#sender.scores(scores);
      return true;
    }
    const next = this.#outbox.nextUnsettledAt(this.#settleMs);
    if (next === undefined) {
      return false;
    }
    await this.#pace.wait(next - now);
    return true;
  }

  #left(): number {
    const { queued, sending } = this.#outbox.open();
    return queued + sending;
  }

  /** Only counts with a listener: a large queue takes a moment. */
  #tell(waitingMs?: number): void {
    this.#options.onProgress?.({
      sent: this.#sender.sent + this.#found,
      left: this.#left(),
      ...(waitingMs === undefined ? {} : { waitingMs }),
    });
  }
}
