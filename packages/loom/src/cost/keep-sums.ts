import { LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { explain } from '../store/open.js';
import { CHANGED_HOURS, keepHours } from './cells.js';

/** Reading this many hours call by call is fast. */
const FEW = 24;

/**
 * Stores the sums of calls for all hours that have changed. Reports are correct without it, but slower. Safe
 * to kill: the next run does the rest.
 */
export function keepSums(db: Database): void {
  keep(db, changedHours(db));
}

/** The same for a reader, if many hours have changed and the database can be written. */
export function keepManySums(db: Database): void {
  const hours = changedHours(db);
  if (hours.length <= FEW) {
    return;
  }
  try {
    keep(db, hours);
  } catch (error) {
    // Locked, full or read-only: the report reads the calls themselves.
    if (!(explain(db.path, error) instanceof LoomError)) {
      throw error;
    }
  }
}

function changedHours(db: Database): number[] {
  return db.all<{ hour: number }>(CHANGED_HOURS).map(({ hour }) => hour);
}

function keep(db: Database, hours: readonly number[]): void {
  for (const statements of keepHours(hours)) {
    db.transaction(() => {
      for (const { sql, params = [] } of statements) {
        db.run(sql, ...params);
      }
    });
  }
}
