import type { Database } from '../store/database.js';
import { columnsOf, SHARED_TABLES } from './tables.js';

/** Every record as a line of JSON with its table, in a stable order, so that you can compare two exports. */
export function* exportLines(db: Database, tables: readonly string[]): Generator<string> {
  for (const table of SHARED_TABLES) {
    const { name, key } = table;
    if (tables.length > 0 && !tables.includes(name)) {
      continue;
    }
    const columns = columnsOf(db, table).shared.join(', ');
    for (const row of db.all(`SELECT ${columns} FROM ${name} ORDER BY ${key.join(', ')}`)) {
      yield JSON.stringify({ table: name, ...row });
    }
  }
}
