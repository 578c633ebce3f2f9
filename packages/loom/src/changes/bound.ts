import type { Database } from '../store/database.js';
import { unpushedChanges } from './apply.js';
import type { Change } from './change.js';
import { hlcOf, nodeOfStamp, stampOf } from './clock.js';
import { newestBelow } from './restamp.js';

/** Maximum lead of a stamp over the shared clock, in ms. A later stamp would win over all later edits. */
const MOST_AHEAD_MS = 10 * 60_000;

/** Whether a stamp is in the future. `now` is Unix ms of the shared clock. */
export function isAhead(stamp: string, now: number): boolean {
  return hlcOf(stamp) > (now + MOST_AHEAD_MS) * 1000;
}

/**
 * Restamps local changes with the current time if no one has seen them and they are too far ahead. Their
 * order stays. The clock was wrong then, so the true time is unknown. Returns the number of these changes.
 */
export function boundStamps(db: Database, now: number): number {
  const changes = unpushedChanges(db);
  const first = changes.findIndex(({ stamp }) => isAhead(stamp, now));
  if (first < 0) {
    return 0;
  }
  return db.transaction(() => {
    let last = 0;
    let bound = 0;
    const moved = new Map<string, string>();
    for (const change of changes) {
      const ahead = isAhead(change.stamp, now);
      // Later changes stay later, even if their clock was wrong.
      const own = ahead ? now * 1000 : hlcOf(change.stamp);
      const hlc = ahead ? Math.max(own, last + 1, newestBelow(db, change) + 1) : Math.max(own, last + 1);
      last = hlc;
      const stamp = stampOf(hlc, nodeOfStamp(change.stamp));
      const prev = change.prev === null ? null : (moved.get(change.prev) ?? change.prev);
      if (stamp !== change.stamp || prev !== change.prev) {
        db.run('UPDATE changes SET stamp = ?, prev = ? WHERE seq = ?', stamp, prev, change.seq);
      }
      moved.set(change.stamp, stamp);
      bound += ahead ? 1 : 0;
    }
    db.run(
      `UPDATE row_versions SET stamp = printf('%016d', ?1) || substr(stamp, 17)
       WHERE pushed = 0 AND CAST(substr(stamp, 1, 16) AS INTEGER) > ?2`,
      now * 1000,
      (now + MOST_AHEAD_MS) * 1000,
    );
    return bound;
  });
}

/** Splits changes into those that are due and those that are too far ahead. */
export function parted<T extends Change>(changes: readonly T[], now: number): { due: T[]; ahead: T[] } {
  return {
    due: changes.filter(({ stamp }) => !isAhead(stamp, now)),
    ahead: changes.filter(({ stamp }) => isAhead(stamp, now)),
  };
}
