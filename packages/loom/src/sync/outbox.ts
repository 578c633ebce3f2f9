import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import type { Entity } from './entities.js';
import { QUEUES, SCORE_ENTITIES, SPAN_ENTITIES, SYNC } from './queues.js';

/** Langfuse accepts more, but a smaller rejected batch is halved fewer times. */
export const BATCH_SIZE = 500;

export interface OutboxRow {
  readonly entity: Entity;
  readonly entity_id: string;
  readonly attempts: number;
}

export interface OutboxStatus {
  readonly queued: number;
  readonly sending: number;
  readonly sent: number;
  readonly skipped: number;
  readonly dead: number;
  readonly last_sent_at: number | null;
  readonly dead_reasons: readonly {
    readonly reason: string | null;
    readonly count: number;
    /** One of these records, such as `llm_call req_1`. */
    readonly example: string;
  }[];
}

const LAST_SENT = 'last_sent_at';

/**
 * The queue between Loom's records and Langfuse. A record waits in its own table (column `sync`). From the
 * claim until it is sent, it has a row in the outbox. Only the holder of the lock changes them.
 */
export class Outbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Claims due records. The rows are stored as `sending` before the request. If this process dies, the next
   * one knows which rows may have arrived.
   */
  claim(kind: 'spans' | 'scores', now: number, limit = BATCH_SIZE): OutboxRow[] {
    const entities = kind === 'scores' ? SCORE_ENTITIES : SPAN_ENTITIES;
    return this.#db.transaction(() => {
      const rows = this.#claimAgain(entities, now, limit);
      for (const entity of entities) {
        rows.push(...this.#claimNew(entity, now, limit - rows.length));
      }
      return rows;
    });
  }

  /** Records that were claimed before and have not arrived. */
  #claimAgain(entities: readonly Entity[], now: number, limit: number): OutboxRow[] {
    const rows = this.#db.all<OutboxRow>(
      `SELECT entity, entity_id, attempts FROM outbox
       WHERE state = 'queued' AND entity IN (SELECT value FROM json_each(?)) LIMIT ?`,
      JSON.stringify(entities),
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
  }

  #claimNew(entity: Entity, now: number, limit: number): OutboxRow[] {
    const { table, column, ready, key } = QUEUES[entity];
    const ids = this.#db.all<{ id: string | number }>(
      `SELECT ${key} AS id FROM ${table} WHERE ${ready} LIMIT ?`,
      limit,
    );
    return ids.map((found) => {
      const id = String(found.id);
      this.#db.run(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`, SYNC.inOutbox, id);
      this.#db.run('INSERT INTO outbox(entity, entity_id, sending_at) VALUES (?, ?, ?)', entity, id, now);
      return { entity, entity_id: id, attempts: 0 };
    });
  }

  /** Spans with an unknown outcome whose time for the lookup has come. */
  unsettled(before: number, limit = BATCH_SIZE): OutboxRow[] {
    return this.#db.all<OutboxRow>(
      `SELECT entity, entity_id, attempts FROM outbox
       WHERE state = 'sending' AND sending_at <= ? AND entity IN (SELECT value FROM json_each(?))
       ORDER BY sending_at LIMIT ?`,
      before,
      JSON.stringify(SPAN_ENTITIES),
      limit,
    );
  }

  /** Earliest time to look up an unsettled span. The server needs some time to show it. */
  nextUnsettledAt(settleMs: number): number | undefined {
    const row = this.#db.get<{ at: number | null }>(
      `SELECT MIN(sending_at) AS at FROM outbox
       WHERE state = 'sending' AND entity IN (SELECT value FROM json_each(?))`,
      JSON.stringify(SPAN_ENTITIES),
    );
    return row?.at === null || row?.at === undefined ? undefined : row.at + settleMs;
  }

  /**
   * Cleans up after a crashed process. Scores are sent again, which only overwrites them. A send time in the
   * future, after the clock was set back, must not block.
   */
  takeOver(now: number): void {
    this.#db.run("UPDATE outbox SET sending_at = ?1 WHERE state = 'sending' AND sending_at > ?1", now);
    this.#db.run(
      "UPDATE outbox SET state = 'queued' WHERE state = 'sending' AND entity IN (SELECT value FROM json_each(?))",
      JSON.stringify(SCORE_ENTITIES),
    );
  }

  sent(rows: readonly OutboxRow[], now: number): void {
    this.#db.transaction(() => {
      for (const { entity, entity_id } of rows) {
        const { table, column, key } = QUEUES[entity];
        const changes = this.#db.run(
          "DELETE FROM outbox WHERE entity = ? AND entity_id = ? AND state = 'sending'",
          entity,
          entity_id,
        );
        // A score that has changed meanwhile has already left the outbox, to be sent again.
        if (changes > 0) {
          this.#db.run(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`, SYNC.sent, entity_id);
        }
      }
      writeMeta(this.#db, LAST_SENT, String(now));
    });
  }

  skip(rows: readonly OutboxRow[]): void {
    this.#each(rows, "state = 'skipped', last_error = ?", 'the row no longer exists');
  }

  dead(rows: readonly OutboxRow[], reason: string): void {
    this.#each(rows, "state = 'dead', last_error = ?", reason);
  }

  /** Queues them again, because they have not arrived. */
  requeue(rows: readonly OutboxRow[]): void {
    this.#each(rows, "state = 'queued'");
  }

  /** Records that they may have arrived. They stay `sending`, and the delay before the lookup starts now. */
  unknown(rows: readonly OutboxRow[], now: number, reason: string): void {
    this.#each(rows, 'sending_at = ?, last_error = ?', now, reason);
  }

  open(): { queued: number; sending: number } {
    const states = this.#states();
    const waiting = this.queuedByEntity().reduce((sum, { count }) => sum + count, 0);
    return { queued: waiting, sending: states.sending };
  }

  queuedByEntity(): { entity: Entity; count: number }[] {
    const again = new Map(
      this.#db
        .all<{ entity: Entity; count: number }>(
          "SELECT entity, COUNT(*) AS count FROM outbox WHERE state = 'queued' GROUP BY entity",
        )
        .map(({ entity, count }) => [entity, count]),
    );
    return [...SPAN_ENTITIES, ...SCORE_ENTITIES]
      .map((entity) => ({
        entity,
        count: this.#count(entity, QUEUES[entity].ready) + (again.get(entity) ?? 0),
      }))
      .filter(({ count }) => count > 0);
  }

  status(): OutboxStatus {
    const { sending, skipped, dead } = this.#states();
    const sent = [...SPAN_ENTITIES, ...SCORE_ENTITIES].reduce(
      (sum, entity) => sum + this.#count(entity, `${QUEUES[entity].column} = ${SYNC.sent}`),
      0,
    );
    const last = readMeta(this.#db, LAST_SENT);
    return {
      queued: this.open().queued,
      sending,
      sent,
      skipped,
      dead,
      last_sent_at: last === undefined ? null : Number(last),
      dead_reasons: this.#db.all(
        `SELECT last_error AS reason, COUNT(*) AS count, MIN(entity || ' ' || entity_id) AS example FROM outbox
         WHERE state = 'dead' GROUP BY last_error ORDER BY count DESC LIMIT 5`,
      ),
    };
  }

  #count(entity: Entity, where: string): number {
    return Number(
      this.#db.get(`SELECT COUNT(*) AS count FROM ${QUEUES[entity].table} WHERE ${where}`)?.count ?? 0,
    );
  }

  #states(): { sending: number; skipped: number; dead: number } {
    const counts = { sending: 0, skipped: 0, dead: 0 };
    for (const { state, count } of this.#db.all<{ state: keyof typeof counts; count: number }>(
      "SELECT state, COUNT(*) AS count FROM outbox WHERE state <> 'queued' GROUP BY state",
    )) {
      counts[state] = count;
    }
    return counts;
  }

  /** Changes rows that are still being sent. A score that has changed meanwhile is not one of them. */
  #each(rows: readonly OutboxRow[], set: string, ...values: (string | number)[]): void {
    this.#db.transaction(() => {
      for (const { entity, entity_id } of rows) {
        this.#db.run(
          `UPDATE outbox SET ${set} WHERE entity = ? AND entity_id = ? AND state = 'sending'`,
          ...values,
          entity,
          entity_id,
        );
      }
    });
  }
}
