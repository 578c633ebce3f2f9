import { LoomError } from '../errors.js';
import type { Database } from './database.js';
import { explain } from './open.js';

/** Entries of an index that are looked at, so that it takes milliseconds however large the table is. */
const ENTRIES = 400;

/** Lets SQLite look at tables that have changed much since it last did: by that it chooses indexes. */
export function optimize(db: Database): void {
  try {
    db.exec(`PRAGMA analysis_limit = ${ENTRIES}; PRAGMA optimize`);
  } catch (error) {
    // Locked or full: the next one does it.
    if (!(explain(db.path, error) instanceof LoomError)) {
      throw error;
    }
  }
}
