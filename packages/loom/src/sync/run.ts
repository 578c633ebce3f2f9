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
import { saveWait, waitOf } from './server-wait.js';
import { SpanMaker } from './spans.js';

export interface SyncOptions {
  readonly keys: Keys;
  /** How long the server may need to show accepted data, in ms. */
  readonly settleMs?: number;
  readonly unknown?: Unknown;
  readonly onProgress?: (progress: { sent: number; left: number; waitingMs?: number }) => void;
  /** Spans in one request. */
  readonly batchSize?: number;
  /** Timeout of one request, in ms. */
  readonly timeoutMs?: number;
  /** Ends the run after the current request. */
  readonly signal?: AbortSignal;
}

export interface SyncReport {
  readonly sent: number;
  /** Found on the server after an unknown outcome, so not sent again. */
  readonly found: number;
  readonly dead: number;
  /** Names of the records that Langfuse rejected permanently, or that can't be converted. */
  readonly set_aside: readonly SetAside[];
  readonly left: number;
  /** Why the run ended before the queue was empty. */
  readonly stopped: string | null;
}

/** The delay of Langfuse Cloud was not measured. A minute is a safe guess. */
const SETTLE_MS = 60_000;
const LOCK_LIFE_MS = 180_000;
/** Records whose scores are sent in one request, far below the endpoint's limit of 4.5 MB. */
const SCORES_PER_REQUEST = 100;

/** Sends the queued records. Safe to kill and restart at any moment. */
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
      onWait: (ms) => this.#report(ms),
      onLongWait: (ms) => {
        saveWait(db, options.keys.baseUrl, Date.now() + ms);
        return waitOf(db, options.keys.baseUrl, Date.now()) ?? 'the server asked to wait';
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
    const waitReason = waitOf(this.#db, this.#options.keys.baseUrl, Date.now());
    if (waitReason !== undefined) {
      this.#pace.stop(waitReason);
    }
    this.#outbox.takeOver(Date.now());
    while (this.#pace.stopped === null && (await this.#step())) {
      this.#report();
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

  /** Does one step of work, or waits for it. Returns false when nothing is left. */
  async #step(): Promise<boolean> {
    if (this.#options.signal?.aborted) {
      this.#pace.stop('it was stopped');
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
    const scores = this.#outbox.claim('scores', now, SCORES_PER_REQUEST);
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

  /** Counts only if there is a listener, because a large queue takes some time. */
  #report(waitingMs?: number): void {
    this.#options.onProgress?.({
      sent: this.#sender.sent + this.#found,
      left: this.#left(),
      ...(waitingMs === undefined ? {} : { waitingMs }),
    });
  }
}
