import { insertOf } from '../../../packages/loom/src/receiver/sqlite/query-steps.js';
import { packed } from '../../../packages/loom/src/server/packed.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import type { Statement } from '../../../packages/loom/src/store/sql.js';

/** Rows that triggers and migrations create. */
const MADE = new Set([
  'trace_hours',
  'trace_series',
  'trace_hour_versions',
  'call_hour_versions',
  'duration_buckets',
]);

/** Writes every row of a laptop's database into an empty D1. */
export function copying(db: Database): Statement[] {
  const tables = db
    .all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .map(({ name }) => name)
    .filter((name) => !/^(sqlite|d1_migrations|loom_checksums)/.test(name) && !MADE.has(name));
  const statements = tables.flatMap((name) => {
    const columns = db
      .all<{ name: string; hidden: number }>(`PRAGMA table_xinfo(${name})`)
      .filter(({ hidden }) => hidden === 0)
      .map((column) => column.name);
    const rows = db.all<Record<string, string | number | null>>(`SELECT ${columns.join(', ')} FROM ${name}`);
    const values = rows.map((row) => columns.map((column) => row[column]));
    return packed([{ ...insertOf(name, columns, 'ON CONFLICT DO NOTHING'), rows: values }]);
  });
  // A row may come before the row that it refers to.
  return [{ sql: 'PRAGMA defer_foreign_keys = ON' }, ...statements];
}
