import { LoomError } from '../errors.js';
import type { Database } from './database.js';
import { explain } from './open.js';

/** Index entries that are sampled, so that it takes milliseconds for any size of table. */
const ENTRIES = 400;

/** Lets SQLite update its statistics for tables that have changed much. It chooses indexes with them. */
export function optimize(db: Database): void {
  try {
    db.exec(`PRAGMA analysis_limit = ${ENTRIES}; PRAGMA optimize`);
  } catch (error) {
    // Locked or full: the next run does it.
    if (!(explain(db.path, error) instanceof LoomError)) {
      throw error;
    }
  }
}
