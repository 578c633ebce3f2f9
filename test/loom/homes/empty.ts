import type { Sql, Statement } from '../../../packages/loom/src/store/sql.js';

/** Tables with rows from migrations, or with keys that the tests of a file share. */
const KEPT = /^(sqlite_|_cf_|d1_migrations$|loom_checksums$|loom_meta$|duration_buckets$|access_keys$)/;
/** Versions only grow, because views cache their sums with them. */
const VERSIONS = /^(trace|call)_hour_versions$/;

/** Deletes all rows of all tables. */
export async function emptying(sql: Pick<Sql, 'all'>): Promise<Statement[]> {
  const tables = await sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  return [
    { sql: 'PRAGMA defer_foreign_keys = ON' },
    ...tables
      .filter(({ name }) => !KEPT.test(name))
      .map(({ name }) => ({
        sql: VERSIONS.test(name) ? `UPDATE ${name} SET version = version + 1` : `DELETE FROM ${name}`,
      })),
  ];
}
