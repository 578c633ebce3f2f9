import { expect, it } from 'vitest';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { LocalSql } from '../../../packages/loom/src/store/sql.js';
import { project } from '../project.js';

const INSERT = 'INSERT INTO loom_meta(key, value) VALUES (?, ?)';
const KEYS = "SELECT key FROM loom_meta WHERE key LIKE 'test.%' ORDER BY key";

it('a batch is all or nothing', async () => {
  const sql = new LocalSql(project().db);
  const twice = { sql: INSERT, params: ['test.a', '1'] };
  await expect(sql.batch([twice, twice])).rejects.toThrow(/UNIQUE/);
  expect(await sql.all(KEYS)).toEqual([]);
  const [, rows] = await sql.batch([twice, { sql: KEYS }]);
  expect(rows).toEqual([{ key: 'test.a' }]);
});

it('runs several queries on a read-only connection', async () => {
  const { db, loomDir } = project();
  await new LocalSql(db).batch([{ sql: INSERT, params: ['test.a', '1'] }]);
  const reading = openLoomForReading(loomDir);
  const found = await new LocalSql(reading).read([{ sql: KEYS }, { sql: KEYS }]);
  reading.close();
  expect(found).toEqual([[{ key: 'test.a' }], [{ key: 'test.a' }]]);
});

it('runs a chain of awaits before other work of the process', async () => {
  const { db } = project();
  const sql = new LocalSql(db);
  const written = new Promise<void>((done) =>
    setImmediate(() => {
      db.run(INSERT, 'test.between', '1');
      done();
    }),
  );
  const seen: number[] = [];
  for (let n = 0; n < 100; n += 1) {
    seen.push((await sql.all(KEYS)).length);
  }
  expect(new Set(seen)).toEqual(new Set([0]));
  await written;
  expect(await sql.all(KEYS)).toHaveLength(1);
});
