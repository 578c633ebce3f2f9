import type { Database } from '../store/database.js';
import { SHARED_TABLES } from './tables.js';

/** Every record as a line of JSON with its table, in a steady order, so that two exports can be compared. */
export function* exportLines(db: Database, tables: readonly string[]): Generator<string> {
  for (const { name, key } of SHARED_TABLES) {
    if (tables.length > 0 && !tables.includes(name)) {
      continue;
    }
    for (const row of db.all(`SELECT * FROM ${name} ORDER BY ${key.join(', ')}`)) {
      yield JSON.stringify({ table: name, ...row });
    }
  }
}
