import { EXIT, LoomError } from '../errors.js';
import { knownMigrations } from '../store/migrations.js';
import type { D1 } from './d1.js';

/** A newer schema stores here the oldest compatible Loom, as the number of its last migration. */
const MIN_READER = 'min_reader';

/**
 * D1 must have all tables of this Loom. Wrangler creates them from the same files. It may have more, unless
 * its schema excludes older readers.
 */
export async function requireSameSchema(d1: D1): Promise<void> {
  const [there] = await d1.query(
    "SELECT 1 AS yes FROM sqlite_master WHERE type = 'table' AND name = 'd1_migrations'",
  );
  const rows = there ? await d1.query('SELECT name FROM d1_migrations ORDER BY id') : [];
  const applied = new Set(rows.map((row) => String(row.name)));
  const known = knownMigrations().map((migration) => migration.name);
  const unknown = [...applied].filter((name) => !known.includes(name));
  if (unknown.length > 0 && !(await letsIn(d1, Math.max(...known.map(numberOf))))) {
    throw new LoomError(
      `The D1 database was made by a newer Loom (it has ${unknown.join(', ')}).`,
      'Update @create-something/loom, then run the command again. Nothing was changed.',
      EXIT.database,
    );
  }
  const missing = known.filter((name) => !applied.has(name));
  if (missing.length > 0) {
    throw new LoomError(
      `The D1 database lacks ${missing.join(', ')}.`,
      'Add it to a wrangler config with "migrations_dir": ".loom/migrations", and run `wrangler d1 migrations apply <name> --remote`.',
      EXIT.database,
    );
  }
}

/** Whether a newer remote schema allows this Loom to read it. Without an entry, it does not. */
async function letsIn(d1: D1, own: number): Promise<boolean> {
  const [table] = await d1.query(
    "SELECT 1 AS yes FROM sqlite_master WHERE type = 'table' AND name = 'remote_schema'",
  );
  const [row] = table ? await d1.query(`SELECT ${MIN_READER} FROM remote_schema`) : [];
  const least = Number(row?.[MIN_READER]);
  return Number.isInteger(least) && least > 0 && own >= least;
}

/** 5 of `0005_team.sql`. */
function numberOf(migration: string): number {
  return Number.parseInt(migration, 10) || 0;
}
