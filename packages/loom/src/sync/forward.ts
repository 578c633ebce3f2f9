import { setTimeout as wait } from 'node:timers/promises';
import { LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import type { Keys } from './keys.js';
import { Outbox } from './outbox.js';
import { SYNC } from './queues.js';
import { type SyncReport, sync } from './run.js';

/** What came by the ingestion API may still be updated, and what Langfuse has can't: so long nothing must have come. */
const SETTLED_MS = 30_000;
const POLL_MS = 2_000;

/** Queues what the receiver has taken: from the start of what is kept, or from now on. */
export class ForwardQueue {
  readonly #db: Database;
  /** Observations up to this one have been queued. */
  #after: number;
  /** Scores that arrived before this, Unix ms, have been queued. */
  #scoresFrom: number;

  constructor(db: Database, from: 'start' | 'now') {
    this.#db = db;
    this.#after = from === 'start' ? 0 : lastObservation(db);
    this.#scoresFrom = from === 'start' ? 0 : Date.now();
  }

  /** Queues what is new and whole; what may still change is left for later. The number queued. */
  fill(now: number = Date.now()): number {
    return this.#db.transaction(() => {
      const last = lastObservation(this.#db);
      const spans = this.#db.run(
        `UPDATE observations AS o SET sync = ?3 WHERE o.seq > ?1 AND o.sync = ?4 AND NOT ${UNSETTLED}`,
        this.#after,
        now - SETTLED_MS,
        SYNC.unsent,
        SYNC.notOurs,
      );
      const unsettled = this.#db.get<{ seq: number | null }>(
        `SELECT MIN(o.seq) AS seq FROM observations o WHERE o.seq > ?1 AND ${UNSETTLED}`,
        this.#after,
        now - SETTLED_MS,
      );
      this.#after = unsettled?.seq ? unsettled.seq - 1 : last;
      // A score that has come again is `notOurs` again: it goes again, which only overwrites it.
      const scores = this.#db.run(
        'UPDATE scores SET sync = ? WHERE sync = ? AND received_at >= ?',
        SYNC.unsent,
        SYNC.notOurs,
        this.#scoresFrom,
      );
      this.#scoresFrom = Math.max(this.#scoresFrom, now - SETTLED_MS);
      return spans + scores;
    });
  }
}

const UNSETTLED = `(o.source = 'ingestion' AND EXISTS
  (SELECT 1 FROM traces t WHERE t.id = o.trace_id AND t.updated_at > ?2))`;

function lastObservation(db: Database): number {
  return db.get<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM observations')?.seq ?? 0;
}

export interface Forwarding {
  /** Sends what it is sending, no more, and returns. */
  stop(): Promise<void>;
}

/** Sends on to Langfuse what the receiver takes from now on. `onReport` is told when something was sent or went wrong. */
export function startForwarding(
  db: Database,
  keys: Keys,
  onReport: (report: SyncReport | LoomError) => void,
): Forwarding {
  const queue = new ForwardQueue(db, 'now');
  const outbox = new Outbox(db);
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted) {
      queue.fill();
      if (outbox.open().queued > 0) {
        try {
          const report = await sync(db, { keys, signal });
          if (!signal.aborted) {
            onReport(report);
          }
        } catch (error) {
          if (!(error instanceof LoomError)) {
            throw error;
          }
          onReport(error);
        }
      }
      await wait(POLL_MS, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
