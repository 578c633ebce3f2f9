import type { Database } from '../store/database.js';
import type { LangfuseClient, Outcome } from './client.js';
import { EntityReader, type ScoreEntity, type SpanEntity } from './entities.js';
import type { Keys } from './keys.js';
import type { OtlpSpan } from './otlp.js';
import type { Outbox, OutboxRow } from './outbox.js';
import type { Pace } from './pace.js';
import { makeScores } from './scores.js';
import { SpanMaker } from './spans.js';

const MAX_PARTIAL_REJECTIONS = 3;
/** Of a request before it is zipped, in characters: Langfuse's server warns at 16 MB. */
const MAX_REQUEST_LENGTH = 8_000_000;

interface SenderOptions {
  readonly db: Database;
  readonly outbox: Outbox;
  readonly client: LangfuseClient;
  readonly pace: Pace;
  readonly keys: Keys;
  /** The project's part of each id. */
  readonly project: string;
}

/** Sends what has been claimed, and notes in the outbox what became of it. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #outbox: Outbox;
  readonly #pace: Pace;
  sent = 0;
  dead = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#pace = options.pace;
  }

  async spans(rows: readonly OutboxRow[]): Promise<void> {
    const maker = new SpanMaker(new EntityReader(this.#options.db), this.#options.project);
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
    if (this.#pace.stopped !== null) {
      this.#outbox.requeue(rows);
      return;
    }
    if (made.length > 1 && sizeOf(made) > MAX_REQUEST_LENGTH) {
      await this.#sendHalves(made);
      return;
    }
    const outcome = await this.#options.client.sendSpans(made.map(({ span }) => span));
    if (outcome.kind === 'refused' && made.length > 1) {
      // One bad span refuses all. Halve until it stands alone; nothing of a refused batch was taken.
      await this.#sendHalves(made);
      return;
    }
    if (outcome.kind === 'unknown') {
      this.#outbox.unknown(rows, Date.now(), outcome.reason);
      await this.#pace.failed(outcome.reason);
      return;
    }
    await this.#settle(rows, outcome);
  }

  async #sendHalves(made: readonly { row: OutboxRow; span: OtlpSpan }[]): Promise<void> {
    const half = made.length >> 1;
    await this.#send(made.slice(0, half));
    await this.#send(made.slice(half));
  }

  async scores(rows: readonly OutboxRow[]): Promise<void> {
    const { db, client, project } = this.#options;
    const reader = new EntityReader(db);
    const maker = new SpanMaker(reader, project);
    for (const row of rows) {
      const scores = makeScores(row.entity as ScoreEntity, row.entity_id, reader, maker, project);
      if (scores.length === 0) {
        this.#outbox.skip([row]);
        continue;
      }
      let outcome: Outcome = { kind: 'unsent', reason: 'stopped' };
      for (const score of scores) {
        outcome = this.#pace.stopped === null ? await client.sendScore(score) : outcome;
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
        this.#pace.worked();
        if (outcome.rejectedReason) {
          // The answer does not say which were taken; the server is asked, and what it keeps refusing is given up.
          this.#giveUp(
            rows.filter((row) => row.attempts >= MAX_PARTIAL_REJECTIONS),
            outcome.rejectedReason,
          );
          this.#outbox.unknown(rows, Date.now(), outcome.rejectedReason);
          return;
        }
        this.#outbox.sent(rows, Date.now());
        this.sent += rows.length;
        return;
      case 'refused':
        this.#giveUp(rows, outcome.reason);
        return;
      case 'denied': {
        const { baseUrl, from } = this.#options.keys;
        this.#outbox.requeue(rows);
        this.#pace.stop(
          outcome.status === 404
            ? `${baseUrl} is no Langfuse server (${outcome.reason})`
            : `Langfuse does not accept the keys from ${from} (${outcome.reason})`,
        );
        return;
      }
      case 'later':
        this.#outbox.requeue(rows);
        await this.#pace.later(outcome.waitMs);
        return;
      case 'unsent':
        this.#outbox.requeue(rows);
        if (this.#pace.stopped === null) {
          await this.#pace.failed(outcome.reason);
        }
        return;
    }
  }

  #giveUp(rows: readonly OutboxRow[], reason: string): void {
    this.#outbox.dead(rows, reason);
    this.dead += rows.length;
  }
}

function sizeOf(made: readonly { span: OtlpSpan }[]): number {
  return made.reduce((sum, { span }) => sum + JSON.stringify(span).length, 0);
}
