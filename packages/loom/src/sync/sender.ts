import type { Database } from '../store/database.js';
import type { LangfuseClient, Outcome } from './client.js';
import { type Entity, EntityReader, type ScoreEntity, type SpanEntity } from './entities.js';
import type { Keys } from './keys.js';
import type { OtlpSpan } from './otlp.js';
import type { Outbox, OutboxRow } from './outbox.js';
import type { Pace } from './pace.js';
import type { Score } from './score.js';
import { makeScores } from './scores.js';
import { SpanMaker } from './spans.js';
import { tryToConvert } from './try-to-convert.js';

const MAX_PARTIAL_REJECTIONS = 3;
/** Limit of a request before compression, in characters. Langfuse's server warns at 16 MB. */
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

/** A record that can't be sent, with the reason. */
export interface SetAside {
  readonly entity: Entity;
  readonly id: string;
  readonly reason: string;
}

/** Sends claimed records, and records the results in the outbox. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #outbox: Outbox;
  readonly #pace: Pace;
  sent = 0;
  /** Records that were given up in this run. */
  readonly dead: SetAside[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#pace = options.pace;
  }

  async spans(rows: readonly OutboxRow[]): Promise<void> {
    const maker = new SpanMaker(new EntityReader(this.#options.db), this.#options.project);
    const converted: { row: OutboxRow; span: OtlpSpan }[] = [];
    const missing: OutboxRow[] = [];
    for (const row of rows) {
      const span = tryToConvert(() => maker.make(row.entity as SpanEntity, row.entity_id));
      if ('failed' in span) {
        this.#giveUp([row], span.failed);
      } else if (span.value) {
        converted.push({ row, span: span.value });
      } else {
        missing.push(row);
      }
    }
    this.#outbox.skip(missing);
    await this.#send(converted);
  }

  async #send(converted: readonly { row: OutboxRow; span: OtlpSpan }[]): Promise<void> {
    if (converted.length === 0) {
      return;
    }
    const rows = converted.map(({ row }) => row);
    if (this.#pace.stopped !== null) {
      this.#outbox.requeue(rows);
      return;
    }
    if (converted.length > 1 && sizeOf(converted) > MAX_REQUEST_LENGTH) {
      await this.#sendHalves(converted);
      return;
    }
    const outcome = await this.#options.client.sendSpans(converted.map(({ span }) => span));
    if (outcome.kind === 'refused' && converted.length > 1) {
      // One bad span makes Langfuse reject the whole batch, and nothing of it is stored. So the batch is
      // halved until one span is left.
      await this.#sendHalves(converted);
      return;
    }
    if (outcome.kind === 'unknown') {
      this.#outbox.unknown(rows, Date.now(), outcome.reason);
      await this.#pace.failed(outcome.reason);
      return;
    }
    await this.#settle(rows, outcome);
  }

  async #sendHalves(converted: readonly { row: OutboxRow; span: OtlpSpan }[]): Promise<void> {
    const half = converted.length >> 1;
    await this.#send(converted.slice(0, half));
    await this.#send(converted.slice(half));
  }

  async scores(rows: readonly OutboxRow[]): Promise<void> {
    const { db, client, project } = this.#options;
    const reader = new EntityReader(db);
    const maker = new SpanMaker(reader, project);
    const converted: { row: OutboxRow; scores: readonly Score[] }[] = [];
    for (const row of rows) {
      const scores = tryToConvert(() =>
        makeScores(row.entity as ScoreEntity, row.entity_id, reader, maker, project),
      );
      if ('failed' in scores) {
        this.#giveUp([row], scores.failed);
      } else if (scores.value.length === 0) {
        this.#outbox.skip([row]);
      } else {
        converted.push({ row, scores: scores.value });
      }
    }
    if (converted.length === 0) {
      return;
    }
    const outcomes = await client.sendScores(converted.flatMap(({ scores }) => scores));
    const settled = new Map<string, { outcome: Exclude<Outcome, { kind: 'unknown' }>; rows: OutboxRow[] }>();
    for (const { row, scores } of converted) {
      const outcome = worstOf(scores.map(({ id }) => outcomes.get(id)));
      const key = JSON.stringify(outcome);
      settled.set(key, { outcome, rows: [...(settled.get(key)?.rows ?? []), row] });
    }
    for (const { outcome, rows } of settled.values()) {
      await this.#settle(rows, outcome);
    }
  }

  async #settle(rows: readonly OutboxRow[], outcome: Exclude<Outcome, { kind: 'unknown' }>): Promise<void> {
    switch (outcome.kind) {
      case 'accepted':
        this.#pace.worked();
        if (outcome.rejectedReason) {
          // The response does not say which spans were accepted. They are looked up, and those that Langfuse
          // keeps rejecting are given up.
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
      case 'foreign':
        this.#outbox.requeue(rows);
        this.#pace.stop(
          `${this.#options.keys.baseUrl} does not answer like Langfuse (${outcome.reason}), so nothing counts as sent`,
        );
        return;
      case 'denied': {
        const { baseUrl, from } = this.#options.keys;
        this.#outbox.requeue(rows);
        this.#pace.stop(
          outcome.status === 404 || outcome.status === 405
            ? `${baseUrl} is not a Langfuse server (${outcome.reason})`
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
    this.dead.push(...rows.map(({ entity, entity_id }) => ({ entity, id: entity_id, reason })));
  }
}

function sizeOf(converted: readonly { span: OtlpSpan }[]): number {
  return converted.reduce((sum, { span }) => sum + JSON.stringify(span).length, 0);
}

/** A record is atomic: one rejected score fails all of it. */
function worstOf(outcomes: readonly (Outcome | undefined)[]): Exclude<Outcome, { kind: 'unknown' }> {
  const worst = outcomes.find((outcome) => outcome?.kind !== 'accepted') ?? outcomes[0];
  // A score overwrites itself by id, so one that may have arrived can be sent again.
  return worst === undefined || worst.kind === 'unknown'
    ? { kind: 'unsent', reason: worst?.reason ?? 'no answer' }
    : worst;
}
