import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDriver } from '../../../packages/loom/src/store/driver.js';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import {
  explained,
  openLoom,
  openLoomToRead,
  UnwritableError,
} from '../../../packages/loom/src/store/open.js';
import { walIsSafe } from '../../../packages/loom/src/store/wal.js';
import { tempDir } from '../../support/folder.js';
import { lm, project } from '../project.js';

const next = { name: '0002_more.sql', sql: 'CREATE TABLE more (x TEXT) STRICT;', sha256: 'b'.repeat(64) };

describe('migrations', () => {
  it('have unique names, and one order', () => {
    const names = knownMigrations().map(({ name }) => name);
    for (const name of names) expect(name).toMatch(/^\d{4}_[a-z0-9_]+\.sql$/);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    const numbers = names.map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    // These were published with the same number, and keep it. A new migration needs its own number.
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([5, 8, 9]);
  });

  // Wrangler sorts only by the number.
  it('with the same number give the same database in either order', () => {
    const known = knownMigrations();
    const number = ({ name }: { name: string }) => Number(name.slice(0, 4));
    const turned = known.toReversed().toSorted((a, b) => number(a) - number(b));
    expect(turned).not.toEqual(known);
    expect(schema(turned)).toEqual(schema(known));
  });

  it('are applied once and named as wrangler names them', () => {
    const { db, loomDir } = project();
    const names = () => db.all('SELECT id, name FROM d1_migrations').map((row) => ({ ...row }));
    expect(names()).toEqual(knownMigrations().map(({ name }, at) => ({ id: at + 1, name })));
    expect(names()[0]?.name).toBe('0001_init.sql');
    openLoom(loomDir).close();
    expect(names()).toHaveLength(knownMigrations().length);
  });

  it('extend an existing database, after a copy of it was made', () => {
    const { db, loomDir } = project();
    db.run("INSERT INTO issues(id, title, created_at, updated_at) VALUES ('lm-1', 'kept', 1, 1)");
    db.close();
    const after = openLoom(loomDir, { migrations: [...knownMigrations(), next] });
    expect(after.get('SELECT COUNT(*) AS n FROM more')?.n).toBe(0);
    after.close();
    const [backup = ''] = readdirSync(join(loomDir, 'backups'));
    const copy = loadDriver().open(join(loomDir, 'backups', backup));
    expect(copy.prepare('SELECT title FROM issues').get()?.title).toBe('kept');
    expect(copy.prepare('SELECT COUNT(*) AS n FROM d1_migrations').get()?.n).toBe(knownMigrations().length);
    copy.close();
  });

  it('that fail half way leave no changes', () => {
    const { db, loomDir } = project();
    db.close();
    const broken = { ...next, sql: 'CREATE TABLE half (x TEXT); CREATE TABLE half (x TEXT);' };
    expect(() => openLoom(loomDir, { migrations: [...knownMigrations(), broken] })).toThrow('half');
    const again = openLoom(loomDir);
    expect(again.get("SELECT 1 FROM sqlite_master WHERE name = 'half'")).toBeUndefined();
    again.close();
  });

  it('of a newer version make an older one refuse, and change nothing', () => {
    const { db, loomDir } = project();
    db.close();
    openLoom(loomDir, { migrations: [...knownMigrations(), next] }).close();
    expect(() => openLoom(loomDir)).toThrow(/written by a newer Loom \(it has 0002_more.sql\)/);
  });

  it('that were changed later are rejected', () => {
    const { db, loomDir } = project();
    db.close();
    const changed = knownMigrations().map((migration) => ({ ...migration, sha256: 'c'.repeat(64) }));
    expect(() => openLoom(loomDir, { migrations: changed })).toThrow(/0001_init.sql is not the one/);
  });
});

describe('opening', () => {
  it('uses WAL only with a SQLite without the reset bug', () => {
    const versions = { '3.44.5': false, '3.44.6': true, '3.45.1': false, '3.50.4': false, '3.50.7': true };
    const more = { '3.51.2': false, '3.51.3': true, '3.53.0': true, '4.0.0': true };
    for (const [version, safe] of Object.entries({ ...versions, ...more })) {
      expect([version, walIsSafe(version)]).toEqual([version, safe]);
    }
  });

  it('enforces foreign keys', () => {
    const { db } = project();
    expect(() =>
      db.run("INSERT INTO checkpoints(id, session_id, seq, summary, at) VALUES ('c', 'nobody', 1, 's', 1)"),
    ).toThrow(/FOREIGN KEY/);
  });

  it('reports that another process holds the database', () => {
    const { db, loomDir } = project();
    db.exec('BEGIN IMMEDIATE');
    const other = openLoom(loomDir, { busyTimeoutMs: 10 });
    expect(() => other.transaction(() => {})).toThrow(/locked/);
    other.close();
    db.exec('ROLLBACK');
  });

  it('does not touch the database of another program', () => {
    const dir = tempDir();
    const path = join(dir, 'loom.db');
    const other = loadDriver().open(path);
    other.exec('CREATE TABLE notes(text)');
    other.close();
    const before = readFileSync(path);
    expect(() => openLoom(dir)).toThrow(/was not made by Loom \(it has the table notes\)/);
    expect(readFileSync(path)).toEqual(before);
  });

  it.skipIf(process.platform === 'win32')(
    'reads if nothing can be written, but never ignores the log',
    () => {
      const dir = tempDir();
      const loomDir = join(dir, '.loom');
      lm(dir, ['init']);
      lm(dir, ['create', 'kept']);
      // As on a read-only disk, readers in WAL mode can't create their shared file.
      symlinkSync('nowhere', join(loomDir, 'loom.db-shm'));
      expect(() => openLoom(loomDir)).toThrow(UnwritableError);
      const read = openLoomToRead(loomDir);
      expect(read.snapshot(() => read.all('SELECT title FROM issues'))).toEqual([{ title: 'kept' }]);
      expect(() => read.run('DELETE FROM issues')).toThrow(/readonly/);
      read.close();
      writeFileSync(join(loomDir, 'loom.db-wal'), 'not empty');
      expect(() => openLoomToRead(loomDir)).toThrow(UnwritableError);
    },
  );

  it('reports a file that is not a database', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'loom.db'), 'this is no database, however long it may be '.repeat(100));
    expect(() => openLoom(dir)).toThrow(/damaged or not a SQLite database/);
  });

  it('reports a full disk, and keeps saved data', () => {
    const { db, loomDir } = project();
    db.run("INSERT INTO issues(id, title, created_at, updated_at) VALUES ('a', 'kept', 1, 1)");
    // A database that may not grow fails like on a full disk: SQLITE_FULL.
    db.exec(`PRAGMA max_page_count = ${Number(db.get('PRAGMA page_count')?.page_count) + 1}`);
    const fill = () =>
      db.transaction(() => {
        for (let n = 0; n < 100; n += 1) {
          db.run(
            'INSERT INTO issues(id, title, created_at, updated_at) VALUES (?, ?, 1, 1)',
            `b${n}`,
            'x'.repeat(4000),
          );
        }
      });
    expect(() => explained(db.path, fill)).toThrow(/No space left/);
    db.close();
    const again = openLoom(loomDir);
    expect(again.all('SELECT title FROM issues').map((row) => row.title)).toEqual(['kept']);
    again.close();
  });

  it.skipIf(process.getuid?.() === 0)('reports a read-only folder', () => {
    const dir = tempDir();
    chmodSync(dir, 0o500);
    expect(() => openLoom(dir)).toThrow(/can't be opened/);
  });

  it('rolls a failed transaction back and can continue', () => {
    const { db } = project();
    const insert = () =>
      db.run("INSERT INTO issues(id, title, created_at, updated_at) VALUES ('a', 't', 1, 1)");
    expect(() =>
      db.transaction(() => {
        insert();
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(db.get('SELECT COUNT(*) AS n FROM issues')?.n).toBe(0);
    db.transaction(insert);
    expect(db.get('SELECT COUNT(*) AS n FROM issues')?.n).toBe(1);
  });

  it('never stores an unknown price as an amount', () => {
    const { db } = project();
    db.run(
      "INSERT INTO sessions(id, agent, source, started_at, last_seen_at) VALUES ('s', 'a', 'manual', 1, 1)",
    );
    const insert = (basis: string, micros: number | null) =>
      db.run(
        "INSERT INTO llm_calls(id, session_id, model, started_at, cost_basis, cost_micros) VALUES ('c', 's', 'm', 1, ?, ?)",
        basis,
        micros,
      );
    expect(() => insert('unpriced', 0)).toThrow(/CHECK/);
    expect(() => insert('calculated', null)).toThrow(/CHECK/);
  });
});

/** Everything that these create in an empty database. */
function schema(migrations: readonly { sql: string }[]): unknown[] {
  const db = loadDriver().open(':memory:');
  try {
    for (const { sql } of migrations) db.exec(sql);
    return db.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all();
  } finally {
    db.close();
  }
}
