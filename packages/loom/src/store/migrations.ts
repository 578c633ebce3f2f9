import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { packageRoot } from '../package.js';
import type { Database } from './database.js';
import { makeForOwner } from './owner-file.js';

export interface Migration {
  /** The file's name, such as `0001_init.sql`. Wrangler uses the same identity. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text with LF line ends, in hex. */
  readonly sha256: string;
}

const BACKUPS_KEPT = 5;

/** Migrations of this version, in order. */
export function knownMigrations(dir: string = join(packageRoot, 'migrations')): Migration[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name), 'utf8').replaceAll('\r\n', '\n');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });
}

/** Applies pending migrations, all or none. Returns their names. */
export function migrate(db: Database, known: readonly Migration[]): string[] {
  if (pending(db, known).length === 0) {
    return [];
  }
  backUp(db);
  return db.transaction(() => {
    // D1's table, exactly as wrangler creates it; our checksums are in a separate table.
    db.exec(`CREATE TABLE IF NOT EXISTS d1_migrations(
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`);
    db.exec('CREATE TABLE IF NOT EXISTS loom_checksums(name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT');
    // Checked again under the lock, because another process may have migrated meanwhile.
    const todo = pending(db, known);
    for (const migration of todo) {
      db.exec(migration.sql);
      db.run('INSERT INTO d1_migrations(name) VALUES (?)', migration.name);
      db.run('INSERT INTO loom_checksums(name, sha256) VALUES (?, ?)', migration.name, migration.sha256);
    }
    return todo.map((migration) => migration.name);
  });
}

export function isUpToDate(db: Database, known: readonly Migration[] = knownMigrations()): boolean {
  return pending(db, known).length === 0;
}

/**
 * The file may belong to another program. Our tables must not be added to it, and it may have tables with the
 * same names.
 */
export function refuseForeign(db: Database, known: readonly Migration[]): void {
  const applied = appliedNames(db);
  const foreign = db.get<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' LIMIT 1",
  );
  if (foreign && !known.some(({ name }) => applied.has(name))) {
    throw new LoomError(
      `${db.path} was not made by Loom (it has the table ${foreign.name}).`,
      'Move it away, or set LOOM_DIR to another folder, then run `lm init`. Nothing was changed.',
      EXIT.database,
    );
  }
}

/** Pending migrations. Throws on a database from a newer tool, and on a migration that has changed since. */
function pending(db: Database, known: readonly Migration[]): Migration[] {
  const applied = appliedNames(db);
  const unknown = [...applied].filter((name) => !known.some((migration) => migration.name === name));
  if (unknown.length > 0) {
    throw new LoomError(
      `${db.path} was written by a newer Loom (it has ${unknown.join(', ')}).`,
      'Update @create-something/loom, then run the command again. Nothing was changed.',
      EXIT.database,
    );
  }
  for (const { name, sha256 } of checksums(db)) {
    const migration = known.find((candidate) => candidate.name === name);
    if (migration && migration.sha256 !== sha256) {
      throw new LoomError(
        `The migration ${name} is not the one that ${db.path} was made with.`,
        'Install the release of @create-something/loom that made it, or start afresh with a new .loom/loom.db.',
        EXIT.database,
      );
    }
  }
  return known.filter((migration) => !applied.has(migration.name));
}

function appliedNames(db: Database): Set<string> {
  return hasTable(db, 'd1_migrations')
    ? new Set(db.all<{ name: string }>('SELECT name FROM d1_migrations').map((row) => row.name))
    : new Set();
}

function checksums(db: Database): { name: string; sha256: string }[] {
  return hasTable(db, 'loom_checksums') ? db.all('SELECT name, sha256 FROM loom_checksums') : [];
}

function hasTable(db: Database, name: string): boolean {
  return db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name) !== undefined;
}

/** A copy of a non-empty database, in `backups/` next to it. */
function backUp(db: Database): void {
  if (appliedNames(db).size === 0) {
    return;
  }
  const dir = join(dirname(db.path), 'backups');
  mkdirSync(dir, { recursive: true });
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const path = join(dir, `loom-${stamp}-${process.pid}.db`);
  makeForOwner(path);
  db.run('VACUUM INTO ?', path);
  const old = readdirSync(dir)
    .filter((name) => /^loom-.*\.db$/.test(name))
    .sort()
    .slice(0, -BACKUPS_KEPT);
  for (const name of old) {
    rmSync(join(dir, name), { force: true });
  }
}
