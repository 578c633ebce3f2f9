import type { Database } from '../store/database.js';
import { unpushedChanges } from './apply.js';
import type { Change } from './change.js';
import { clockOffset, hlcOf, nodeOfStamp, setClockOffset, stampOf } from './clock.js';

/** An HTTP date has whole seconds, and a response takes some time. */
const TOLERANCE_MS = 5000;

/**
 * Records the lead of this machine's clock. Restamps local changes that no one has seen with their real time,
 * in order, and later than the changes they replaced. Returns by how many ms the clock was corrected.
 */
export function correctClock(db: Database, aheadMs: number): number {
  const ahead = Math.abs(aheadMs) < TOLERANCE_MS ? 0 : aheadMs;
  const error = ahead - clockOffset(db);
  if (Math.abs(error) < TOLERANCE_MS) {
    return 0;
  }
  db.transaction(() => {
    setClockOffset(db, ahead);
    let last = 0;
    const moved = new Map<string, string>();
    for (const change of unpushedChanges(db)) {
      const hlc = Math.max(hlcOf(change.stamp) - error * 1000, last + 1, newestBelow(db, change) + 1);
      const stamp = stampOf(hlc, nodeOfStamp(change.stamp));
      last = hlc;
      moved.set(change.stamp, stamp);
      db.run(
        'UPDATE changes SET stamp = ?, prev = ? WHERE seq = ?',
        stamp,
        change.prev === null ? null : (moved.get(change.prev) ?? change.prev),
        change.seq,
      );
    }
    db.run(
      `UPDATE row_versions SET stamp = printf('%016d', MAX(0, CAST(substr(stamp, 1, 16) AS INTEGER) - ?)) || substr(stamp, 17)
       WHERE pushed = 0 AND CAST(substr(stamp, 1, 16) AS INTEGER) > 0`,
      error * 1000,
    );
  });
  return error;
}

/** The newest stamp that others have seen and that this change replaced. */
export function newestBelow(db: Database, { tbl, row_key, field, stamp }: Change): number {
  const row = db.get<{ stamp: string | null }>(
    `SELECT MAX(stamp) AS stamp FROM changes
     WHERE tbl = ? AND row_key = ? AND field = ? AND pushed = 1 AND stamp < ?`,
    tbl,
    row_key,
    field,
    stamp,
  );
  return row?.stamp ? hlcOf(row.stamp) : 0;
}
