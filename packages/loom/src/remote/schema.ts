import { EXIT, LoomError } from '../errors.js';
import { knownMigrations } from '../store/migrations.js';
import type { D1 } from './d1.js';

/** Both sides must have the same tables; making them is wrangler's work, with the same files. */
export async function requireSameSchema(d1: D1): Promise<void> {
  const [there] = await d1.query(
    "SELECT 1 AS yes FROM sqlite_master WHERE type = 'table' AND name = 'd1_migrations'",
  );
  const rows = there ? await d1.query('SELECT name FROM d1_migrations ORDER BY id') : [];
  const applied = new Set(rows.map((row) => String(row.name)));
  const known = knownMigrations().map((migration) => migration.name);
  const unknown = [...applied].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
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
