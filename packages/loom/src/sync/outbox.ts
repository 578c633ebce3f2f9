import type { Database } from '../store/database.js';
import type { Entity } from './entities.js';

/** Langfuse takes more, but one refused batch is then halved fewer times. */
export const BATCH_SIZE = 500;

export interface OutboxRow {
  readonly entity: Entity;
  readonly entity_id: string;
  readonly attempts: number;
  readonly sending_at: number | null;
}

export interface OutboxStatus {
  readonly queued: number;
  readonly sending: number;
  readonly sent: number;
  readonly skipped: number;
  readonly dead: number;
  readonly last_sent_at: number | null;
  readonly dead_reasons: readonly { readonly reason: string | null; readonly count: number }[];
}

const SCORE_ENTITIES = `('routing_score', 'session', 'trace_score')`;

/** The queue between what Loom has recorded and what Langfuse has. Only its holder of the lock changes it. */
export class Outbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Takes what is due. The rows are `sending` on disk before the request goes out, so that whatever happens
   * to this process, the next one knows which rows may have arrived.
   */
  claim(kind: 'spans' | 'scores', now: number, limit = BATCH_SIZE): OutboxRow[] {
    return this.#db.transaction(() => {
      const rows = this.#db.all<OutboxRow>(
        `SELECT entity, entity_id, attempts, sending_at FROM outbox
         WHERE state = 'queued' AND next_at <= ? AND entity ${kind === 'scores' ? 'IN' : 'NOT IN'} ${SCORE_ENTITIES}
         ORDER BY queued_at LIMIT ?`,
        now,
        limit,
      );
      for (const row of rows) {
        this.#db.run(
          "UPDATE outbox SET state = 'sending', sending_at = ?, attempts = attempts + 1 WHERE entity = ? AND entity_id = ?",
          now,
          row.entity,
          row.entity_id,
        );
      }
      return rows;
    });
  }

  /** Spans that were being sent when something went wrong, and whose time to look has come. */
  unsettled(before: number, limit = BATCH_SIZE): OutboxRow[] {
    return this.#db.all<OutboxRow>(
      `SELECT entity, entity_id, attempts, sending_at FROM outbox
       WHERE state = 'sending' AND sending_at <= ? AND entity NOT IN ${SCORE_ENTITIES}
       ORDER BY queued_at LIMIT ?`,
      before,
      limit,
    );
  }

  /** When the first unsettled span may be looked up, given the time the server needs to show it. */
  nextUnsettledAt(settleMs: number): number | undefined {
    const row = this.#db.get<{ at: number | null }>(
      `SELECT MIN(sending_at) AS at FROM outbox
       WHERE state = 'sending' AND entity NOT IN ${SCORE_ENTITIES}`,
    );
    return row?.at === null || row?.at === undefined ? undefined : row.at + settleMs;
  }

  nextQueuedAt(): number | undefined {
    const row = this.#db.get<{ at: number | null }>(
      `SELECT MIN(next_at) AS at FROM outbox WHERE state = 'queued'`,
    );
    return row?.at ?? undefined;
  }

  /**
   * What a process that died has left: scores go again, which only overwrites them; and a time of sending that
   * lies ahead, since the clock was set back, must not be waited for.
   */
  takeOver(now: number): void {
    this.#db.run("UPDATE outbox SET sending_at = ?1 WHERE state = 'sending' AND sending_at > ?1", now);
    this.#db.run(
      `UPDATE outbox SET state = 'queued' WHERE state = 'sending' AND entity IN ${SCORE_ENTITIES}`,
    );
  }

  sent(rows: readonly OutboxRow[], now: number): void {
    this.#each(
      rows,
      `UPDATE outbox SET state = 'sent', sent_at = ?, last_error = NULL WHERE entity = ? AND entity_id = ? AND state = 'sending'`,
      now,
    );
  }

  skip(rows: readonly OutboxRow[]): void {
    this.#each(
      rows,
      `UPDATE outbox SET state = 'skipped', last_error = ? WHERE entity = ? AND entity_id = ? AND state = 'sending'`,
      'the row is gone',
    );
  }

  dead(rows: readonly OutboxRow[], reason: string): void {
    this.#each(
      rows,
      `UPDATE outbox SET state = 'dead', last_error = ? WHERE entity = ? AND entity_id = ? AND state = 'sending'`,
      reason,
    );
  }

  /** Back to the queue: they surely have not arrived. */
  requeue(rows: readonly OutboxRow[], nextAt: number): void {
    this.#each(
      rows,
      `UPDATE outbox SET state = 'queued', next_at = ? WHERE entity = ? AND entity_id = ? AND state = 'sending'`,
      nextAt,
    );
  }

  /** They may have arrived: they stay `sending`, and the wait before the look starts now. */
  unknown(rows: readonly OutboxRow[], now: number, reason: string): void {
    this.#db.transaction(() => {
      for (const row of rows) {
        this.#db.run(
          `UPDATE outbox SET sending_at = ?, last_error = ? WHERE entity = ? AND entity_id = ? AND state = 'sending'`,
          now,
          reason,
          row.entity,
          row.entity_id,
        );
      }
    });
  }

  open(): { queued: number; sending: number } {
    const { queued, sending } = this.status();
    return { queued, sending };
  }

  queuedByEntity(): { entity: Entity; count: number }[] {
    return this.#db.all(
      `SELECT entity, COUNT(*) AS count FROM outbox WHERE state = 'queued' GROUP BY entity ORDER BY entity`,
    );
  }

  status(): OutboxStatus {
    const counts = { queued: 0, sending: 0, sent: 0, skipped: 0, dead: 0 };
    for (const { state, count } of this.#db.all<{ state: keyof typeof counts; count: number }>(
      'SELECT state, COUNT(*) AS count FROM outbox GROUP BY state',
    )) {
      counts[state] = count;
    }
    const last = this.#db.get<{ at: number | null }>('SELECT MAX(sent_at) AS at FROM outbox');
    return {
      ...counts,
      last_sent_at: last?.at ?? null,
      dead_reasons: this.#db.all(
        `SELECT last_error AS reason, COUNT(*) AS count FROM outbox
         WHERE state = 'dead' GROUP BY last_error ORDER BY count DESC LIMIT 5`,
      ),
    };
  }

  #each(rows: readonly OutboxRow[], sql: string, value: string | number): void {
    this.#db.transaction(() => {
      for (const row of rows) {
        this.#db.run(sql, value, row.entity, row.entity_id);
      }
    });
  }
}
