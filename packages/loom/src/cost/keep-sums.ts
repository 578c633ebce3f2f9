import { LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { explain } from '../store/open.js';
import { CHANGED_HOURS, keepHours } from './cells.js';

/** So many hours are read call by call in no time. */
const FEW = 24;

/**
 * Keeps the sums of calls of all hours that have changed. Reports are right without it, but slower. Killed at any
 * moment, the next run does what is left.
 */
export function keepSums(db: Database): void {
  keep(db, changedHours(db));
}

/** The same for who only reads: where many hours have changed, and where it can be done. */
export function keepManySums(db: Database): void {
  const hours = changedHours(db);
  if (hours.length <= FEW) {
    return;
  }
  try {
    keep(db, hours);
  } catch (error) {
    // Locked, full or read-only: the calls themselves are read.
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
