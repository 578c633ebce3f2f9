import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../store/database.js';
import { deleteMeta, readMeta, writeMeta } from '../store/meta.js';
import { explain } from '../store/open.js';
import { SETTLED_MS, unsettled } from './forwarded.js';
import type { Keys } from './keys.js';
import { Outbox } from './outbox.js';
import { SYNC } from './queues.js';
import { type SyncReport, sync } from './run.js';

const POLL_MS = 2_000;

/** Start of forwarding: the last observation before it, and the time from which scores count. */
interface Mark {
  readonly seq: number;
  /** Unix ms. */
  readonly at: number;
}

export const FROM_START: Mark = { seq: 0, at: 0 };
/** Stored in `loom_meta` while forwarding is on, because a crashed process can't queue its last data. */
const FORWARD_FROM = 'forward_from';

/** Queues the receiver's data that arrived after a mark. */
export class ForwardQueue {
  readonly #db: Database;
  /** `seq` of the last queued observation. */
  #after: number;
  /** Scores that arrived before this time (Unix ms) are queued. */
  #scoresFrom: number;

  constructor(db: Database, from: Mark) {
    this.#db = db;
    this.#after = from.seq;
    this.#scoresFrom = from.at;
  }

  /** Queues new, complete data. Data that may still change waits. Returns the number of queued records. */
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
      // A score that arrived again is `notOurs` again. Sending it again only overwrites it.
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

/** Data of the receiver is forwarded from now on. Call this before any can arrive. */
export function beginForwarding(db: Database): Mark {
  return db.transaction(() => {
    endForwarding(db);
    const mark = { seq: lastObservation(db), at: Date.now() };
    writeMeta(db, FORWARD_FROM, JSON.stringify(mark));
    return mark;
  });
}

/**
 * Queues all data that arrived while forwarding was on, also in a killed run; it can't change any more. Does
 * nothing without a mark. Returns the number of queued records.
 */
export function endForwarding(db: Database): number {
  return db.transaction(() => {
    const mark = readMark(db);
    const queued = mark ? new ForwardQueue(db, mark).fill(Number.MAX_SAFE_INTEGER) : 0;
    deleteMeta(db, FORWARD_FROM);
    return queued;
  });
}

function readMark(db: Database): Mark | undefined {
  const text = readMeta(db, FORWARD_FROM);
  return text === undefined ? undefined : (JSON.parse(text) as Mark);
}

const UNSETTLED = unsettled('?2');

function lastObservation(db: Database): number {
  return db.get<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM observations')?.seq ?? 0;
}

export interface Forwarding {
  /** Finishes the current batch and returns. Later data is queued for the next sync. */
  stop(): Promise<void>;
}

/**
 * Forwards the receiver's data to Langfuse, from {@link beginForwarding} or from now. Calls `onReport` after
 * data was sent or a request failed.
 */
export function startForwarding(
  db: Database,
  keys: Keys,
  onReport: (report: SyncReport | Error) => void,
): Forwarding {
  const queue = new ForwardQueue(db, readMark(db) ?? beginForwarding(db));
  const outbox = new Outbox(db);
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted) {
      try {
        queue.fill();
        if (outbox.open().queued > 0) {
          const report = await sync(db, { keys, signal });
          if (!signal.aborted) {
            onReport(report);
          }
        }
      } catch (error) {
        // After any error, such as a locked database, the dashboard and forwarding continue.
        onReport(explain(db.path, error) as Error);
      }
      await wait(POLL_MS, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      endForwarding(db);
    },
  };
}
