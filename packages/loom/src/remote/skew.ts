import { boundStamps } from '../changes/bound.js';
import { withoutCapture } from '../changes/capture.js';
import type { Change } from '../changes/change.js';
import { clockOffset, nodeOfStamp, sqliteNow, timeOfStamp } from '../changes/clock.js';
import { correctClock } from '../changes/restamp.js';
import type { Database } from '../store/database.js';
import type { D1 } from './d1.js';
import { type Entry, keyText, note } from './report.js';

/**
 * Below this, a clock counts as correct, because a response takes some time and its Date has whole seconds.
 */
const TOLERANCE_MS = 5000;

/**
 * Compares this machine's clock with D1's. Restamps local changes that no one has seen with their real time.
 * Returns the lead of the clock in ms; 0 if it is correct.
 */
export function noteClock(db: Database, d1: D1): number {
  const ahead = d1.aheadMs;
  if (ahead === undefined) {
    return 0;
  }
  const now = Date.now();
  // Stamps use SQLite's clock, and events this process's clock. People mean the latter.
  correctClock(db, ahead - (now - sqliteNow(db)));
  const bound = boundStamps(db, sharedNow(db));
  if (bound > 0) {
    const says = `${bound} changes of this machine were stamped more than ten minutes ahead of D1's clock: its clock was wrong at that time. Loom uses the current time for them.`;
    note(db, [{ kind: 'clock', tbl: null, row_id: null, says }], sharedNow(db));
  }
  if (Math.abs(ahead) < TOLERANCE_MS) {
    return 0;
  }
  correctEvents(db, Math.round(ahead));
  const entry: Entry = { kind: 'clock', tbl: null, row_id: null, says: skewText(ahead) };
  note(db, [entry], now - ahead);
  return Math.round(ahead);
}

/** Corrects the times of local history that others have not seen, if they are wrong by the clock's error. */
function correctEvents(db: Database, ahead: number): void {
  const made =
    "(SELECT CAST(substr(v.stamp, 1, 16) AS INTEGER) / 1000 FROM row_versions v WHERE v.tbl = 'issue_events' AND v.pushed = 0 AND v.row_key = json_array(issue_events.id))";
  withoutCapture(db, () =>
    db.run(
      `UPDATE issue_events SET at = at - ?1 WHERE id IN (SELECT json_extract(v.row_key, '$[0]') FROM row_versions v
         WHERE v.tbl = 'issue_events' AND v.pushed = 0) AND abs(at - ${made} - ?1) < ?2`,
      ahead,
      2 * TOLERANCE_MS,
    ),
  );
}

/** Unix ms of D1's clock, as far as the error is known. */
export function sharedNow(db: Database): number {
  return sqliteNow(db) - clockOffset(db);
}

/** Messages about changes with a time in the future that are not exchanged yet. */
export function aheadEntries(changes: readonly Change[], who: 'here' | 'there'): Entry[] {
  const [first] = changes;
  if (!first) {
    return [];
  }
  const until = new Date(timeOfStamp(first.stamp)).toISOString().slice(0, 16).replace('T', ' ');
  const by = first.actor ?? nodeOfStamp(first.stamp);
  const says = `${changes.length} changes ${who === 'here' ? 'were not sent' : 'were not read'}: they are stamped more than ten minutes ahead of D1's clock (${keyText(first.row_key)}, ${first.field}, by ${by}, ${until} UTC). They are exchanged at that time.`;
  return [{ kind: 'left out', tbl: first.tbl, row_id: keyText(first.row_key), says }];
}

function skewText(ahead: number): string {
  const way = ahead > 0 ? 'ahead of' : 'behind';
  return `The clock of this machine is ${duration(Math.abs(ahead))} ${way} D1's. Correct it. The order of changes comes from D1's clock.`;
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) {
    return `${Math.round(ms / 1000)} seconds`;
  }
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
