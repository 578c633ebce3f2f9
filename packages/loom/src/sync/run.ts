import { setTimeout as wait } from 'node:timers/promises';
import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { Lock } from '../store/lock.js';
import { projectKey } from '../store/project-key.js';
import { LangfuseClient, type Outcome } from './client.js';
import { EntityReader, type ScoreEntity, type SpanEntity } from './entities.js';
import type { Keys } from './keys.js';
import type { OtlpSpan } from './otlp.js';
import { Outbox, type OutboxRow } from './outbox.js';
import { makeScores } from './scores.js';
import { SpanMaker } from './spans.js';

export interface SyncOptions {
  readonly keys: Keys;
  /** How long the server may need to show what it has accepted, in ms. */
  readonly settleMs?: number;
  /** What to do with spans of unknown outcome when the server can't be asked: leave, send again, or count as sent. */
  readonly unknown?: 'keep' | 'resend' | 'sent';
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
  readonly left: number;
  /** Why it ended before the queue was empty. */
  readonly stopped: string | null;
}

/** How soon a write can be read was not measured on Langfuse Cloud: a minute is a guess on the safe side. */
const SETTLE_MS = 60_000;
const LOCK_LIFE_MS = 180_000;
const MAX_FAILURES_IN_A_ROW = 6;
const MAX_PARTIAL_REJECTIONS = 3;
const BACKOFF_MS = 1_000;
/** Of a request before it is zipped, in characters: Langfuse's server warns at 16 MB. */
const MAX_REQUEST_LENGTH = 8_000_000;

/** Sends what is queued. Safe to kill at any moment and to start again. */
export async function sync(db: Database, options: SyncOptions): Promise<SyncReport> {
  const lock = new Lock(db, 'sync', LOCK_LIFE_MS);
  const holder = lock.take();
  if (holder) {
    throw new LoomError(
      `Another sync is running (process ${holder.pid} on ${holder.host}).`,
      'Wait for it to end; `lm sync --status` shows how far it is.',
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
  readonly #project: string;
  readonly #settleMs: number;
  #sent = 0;
  #found = 0;
  #dead = 0;
  #failures = 0;
  #stopped: string | null = null;

  constructor(db: Database, options: SyncOptions, lock: Lock) {
    this.#db = db;
    this.#options = options;
    this.#lock = lock;
    this.#outbox = new Outbox(db);
    this.#client = new LangfuseClient(options.keys, options.timeoutMs);
    this.#project = projectKey(db);
    this.#settleMs = options.settleMs ?? SETTLE_MS;
  }

  async toTheEnd(): Promise<SyncReport> {
    this.#outbox.takeOver(Date.now());
    while (this.#stopped === null && (await this.#step())) {
      const { queued, sending } = this.#outbox.open();
      this.#options.onProgress?.({ sent: this.#sent + this.#found, left: queued + sending });
    }
    const { queued, sending } = this.#outbox.open();
    return {
      sent: this.#sent,
      found: this.#found,
      dead: this.#dead,
      left: queued + sending,
      stopped: this.#stopped,
    };
  }

  /** One piece of work, or a wait for one; false when nothing is left. */
  async #step(): Promise<boolean> {
    if (this.#options.signal?.aborted) {
      this.#stopped = 'it was told to stop';
      return false;
    }
    if (!this.#lock.renew()) {
      this.#stopped = 'another sync has taken over';
      return false;
    }
    const now = Date.now();
    const unsettled = this.#outbox.unsettled(now - this.#settleMs);
    if (unsettled.length > 0) {
      await this.#lookUp(unsettled);
      return true;
    }
    const spans = this.#outbox.claim('spans', now, this.#options.batchSize);
    if (spans.length > 0) {
      await this.#sendSpans(spans);
      return true;
    }
    const scores = this.#outbox.claim('scores', now, 20);
    if (scores.length > 0) {
      await this.#sendScores(scores);
      return true;
    }
    const next = [this.#outbox.nextUnsettledAt(this.#settleMs), this.#outbox.nextQueuedAt()].filter(
      (at) => at !== undefined,
    );
    if (next.length === 0) {
      return false;
    }
    await this.#wait(Math.min(...next) - now);
    return true;
  }

  async #sendSpans(rows: readonly OutboxRow[]): Promise<void> {
    const maker = new SpanMaker(new EntityReader(this.#db), this.#project);
    const made: { row: OutboxRow; span: OtlpSpan }[] = [];
    const gone: OutboxRow[] = [];
    for (const row of rows) {
      const span = maker.make(row.entity as SpanEntity, row.entity_id);
      if (span) {
        made.push({ row, span });
      } else {
        gone.push(row);
      }
    }
    this.#outbox.skip(gone);
    await this.#send(made);
  }

  async #send(made: readonly { row: OutboxRow; span: OtlpSpan }[]): Promise<void> {
    if (made.length === 0) {
      return;
    }
    const rows = made.map(({ row }) => row);
    if (this.#stopped !== null) {
      this.#outbox.requeue(rows, 0);
      return;
    }
    if (made.length > 1 && sizeOf(made) > MAX_REQUEST_LENGTH) {
      await this.#sendHalves(made);
      return;
    }
    const outcome = await this.#client.sendSpans(made.map(({ span }) => span));
    if (outcome.kind === 'refused' && made.length > 1) {
      // One bad span refuses all. Halve until it stands alone; nothing of a refused batch was taken.
      await this.#sendHalves(made);
      return;
    }
    if (outcome.kind === 'unknown') {
      this.#outbox.unknown(rows, Date.now(), outcome.reason);
      await this.#failed(outcome.reason);
      return;
    }
    await this.#settle(rows, outcome);
  }

  async #sendHalves(made: readonly { row: OutboxRow; span: OtlpSpan }[]): Promise<void> {
    const half = made.length >> 1;
    await this.#send(made.slice(0, half));
    await this.#send(made.slice(half));
  }

  async #sendScores(rows: readonly OutboxRow[]): Promise<void> {
    const reader = new EntityReader(this.#db);
    const maker = new SpanMaker(reader, this.#project);
    for (const row of rows) {
      const scores = makeScores(row.entity as ScoreEntity, row.entity_id, reader, maker, this.#project);
      if (scores.length === 0) {
        this.#outbox.skip([row]);
        continue;
      }
      let outcome: Outcome = { kind: 'unsent', reason: 'stopped' };
      for (const score of scores) {
        outcome = this.#stopped === null ? await this.#client.sendScore(score) : outcome;
        if (outcome.kind !== 'accepted') {
          break;
        }
      }
      // A score is overwritten by its id, so what may have arrived can simply go again.
      await this.#settle(
        [row],
        outcome.kind === 'unknown' ? { kind: 'unsent', reason: outcome.reason } : outcome,
      );
    }
  }

  async #settle(rows: readonly OutboxRow[], outcome: Exclude<Outcome, { kind: 'unknown' }>): Promise<void> {
    switch (outcome.kind) {
      case 'accepted':
        this.#failures = 0;
        if (outcome.rejectedReason) {
          // The answer does not say which were taken; the server is asked, and what it keeps refusing is given up.
          const tired = rows.filter((row) => row.attempts >= MAX_PARTIAL_REJECTIONS);
          this.#outbox.dead(tired, outcome.rejectedReason);
          this.#dead += tired.length;
          this.#outbox.unknown(rows, Date.now(), outcome.rejectedReason);
          return;
        }
        this.#outbox.sent(rows, Date.now());
        this.#sent += rows.length;
        return;
      case 'refused':
        this.#outbox.dead(rows, outcome.reason);
        this.#dead += rows.length;
        return;
      case 'denied':
        this.#outbox.requeue(rows, 0);
        this.#stopped =
          outcome.status === 404
            ? `${this.#options.keys.baseUrl} is no Langfuse server (${outcome.reason})`
            : `Langfuse does not accept the keys from ${this.#options.keys.from} (${outcome.reason})`;
        return;
      case 'later':
        this.#outbox.requeue(rows, 0);
        await this.#wait(outcome.waitMs);
        return;
      case 'unsent':
        this.#outbox.requeue(rows, 0);
        if (this.#stopped === null) {
          await this.#failed(outcome.reason);
        }
        return;
    }
  }

  async #lookUp(rows: readonly OutboxRow[]): Promise<void> {
    const maker = new SpanMaker(new EntityReader(this.#db), this.#project);
    const byTrace = new Map<string, { row: OutboxRow; span: OtlpSpan }[]>();
    for (const row of rows) {
      const span = maker.make(row.entity as SpanEntity, row.entity_id);
      if (span) {
        byTrace.set(span.traceId, [...(byTrace.get(span.traceId) ?? []), { row, span }]);
      } else {
        this.#outbox.skip([row]);
      }
    }
    for (const [traceId, made] of byTrace) {
      if (this.#stopped !== null) {
        return;
      }
      const from = Math.min(...made.map(({ span }) => Number(BigInt(span.startTimeUnixNano) / 1_000_000n)));
      const lookup = await this.#client.findSpans(traceId, from - 1);
      if (lookup.kind === 'later') {
        await this.#wait(lookup.waitMs);
        return;
      }
      if (lookup.kind === 'failed') {
        await this.#failed(lookup.reason);
        return;
      }
      const all = made.map(({ row }) => row);
      if (lookup.kind === 'unsupported') {
        this.#withoutLookup(all);
        continue;
      }
      this.#failures = 0;
      const found = made.filter(({ span }) => lookup.spanIds.has(span.spanId)).map(({ row }) => row);
      this.#outbox.sent(found, Date.now());
      this.#outbox.requeue(
        all.filter((row) => !found.includes(row)),
        0,
      );
      this.#found += found.length;
    }
  }

  /** Servers before Langfuse v4 have no such endpoint; then a person decides. */
  #withoutLookup(rows: readonly OutboxRow[]): void {
    switch (this.#options.unknown ?? 'keep') {
      case 'resend':
        this.#outbox.requeue(rows, 0);
        return;
      case 'sent':
        this.#outbox.sent(rows, Date.now());
        this.#found += rows.length;
        return;
      case 'keep':
        this.#stopped = `it is unknown whether ${rows.length} spans have arrived, and this server can't be asked; look in Langfuse, then choose --unknown resend or --unknown sent`;
    }
  }

  async #failed(reason: string): Promise<void> {
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES_IN_A_ROW) {
      this.#stopped = `${this.#options.keys.baseUrl} failed ${this.#failures} times in a row (${reason})`;
      return;
    }
    await this.#wait(Math.min(BACKOFF_MS * 2 ** (this.#failures - 1), this.#settleMs));
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 1000) {
      const { queued, sending } = this.#outbox.open();
      this.#options.onProgress?.({ sent: this.#sent + this.#found, left: queued + sending, waitingMs: ms });
    }
    // In slices, so that the lock is renewed while waiting for a slow server's leave.
    for (let left = Math.max(ms, 0); left > 0 && this.#lock.renew(); left -= 30_000) {
      await wait(Math.min(left, 30_000), undefined, { signal: this.#options.signal }).catch(() => {
        left = 0;
      });
    }
  }
}

function sizeOf(made: readonly { span: OtlpSpan }[]): number {
  return made.reduce((sum, { span }) => sum + JSON.stringify(span).length, 0);
}
