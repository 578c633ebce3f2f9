import { expect, it, onTestFinished } from 'vitest';
import { bucketWidth, histogramOf } from '../../../packages/loom/src/dashboard/measure/durations.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { project } from '../project.js';
import { Random } from './random.js';
import { asker } from './seeded.js';

const HOUR_US = 3_600_000_000;
const SERIES = 'server, tool, method, failed, error_type, client, client_version, release, environment';

/** What the triggers keep, and the same counted anew from the traces. */
function counts(db: Database): { kept: unknown[]; counted: unknown[] } {
  const order = `ORDER BY ${['hour', 'bucket', ...SERIES.split(', ')].join(', ')}`;
  return {
    kept: db.all(
      `SELECT h.hour, h.bucket, ${SERIES}, h.n, h.errors, h.micros, h.reported, h.priced, h.unpriced FROM trace_hours h JOIN trace_series s ON s.id = h.series ${order}`,
    ),
    counted: db.all(
      `SELECT hour, bucket, ${SERIES}, COUNT(*) AS n, SUM(failed) AS errors, SUM(micros) AS micros,
         SUM(reported) AS reported, SUM(priced) AS priced, SUM(unpriced) AS unpriced FROM trace_counted
       GROUP BY hour, bucket, ${SERIES} ${order}`,
    ),
  };
}

function put(db: Database, random: Random, id: number): void {
  db.run(
    `INSERT INTO traces(id, name, server, tool, method, errors, error_type, client_name, client_version, release,
       environment, started_us, duration_us, cost_micros, reported_micros, unpriced, updated_at)
     VALUES (?, 'x', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT(id) DO UPDATE SET server = excluded.server, tool = excluded.tool, method = excluded.method,
       errors = excluded.errors, error_type = excluded.error_type, client_name = excluded.client_name,
       client_version = excluded.client_version, release = excluded.release, environment = excluded.environment,
       started_us = excluded.started_us, duration_us = excluded.duration_us, cost_micros = excluded.cost_micros,
       reported_micros = excluded.reported_micros, unpriced = excluded.unpriced`,
    `t${id}`,
    random.pick([null, 'a', 'b']),
    random.pick([null, 'x', 'y']),
    random.pick([null, 'tools/call']),
    random.pick([0, 0, 1, 3]),
    random.pick([null, 'timeout']),
    random.pick([null, 'cursor']),
    random.pick([null, '1']),
    random.pick([null, 'r1']),
    random.pick([null, 'production']),
    random.int(0, 5 * HOUR_US),
    random.pick([null, 0, random.int(1, 100), random.int(1, 90_000_000)]),
    random.pick([null, 0, random.int(1, 5000)]),
    random.pick([0, random.int(1, 50)]),
    random.int(0, 3),
  );
}

it.each([1, 2, 3, 4, 5])('the hours agree with the traces, however these came and grew (%i)', (seed) => {
  const { db } = project();
  const random = new Random(seed);
  for (let n = 0; n < 400; n += 1) {
    put(db, random, random.int(0, 60));
  }
  const { kept, counted } = counts(db);
  expect(kept.length).toBeGreaterThan(20);
  expect(kept).toEqual(counted);
});

it('the hours keep what retention deletes', () => {
  const { db } = project();
  const random = new Random(9);
  for (let n = 0; n < 50; n += 1) {
    put(db, random, n);
  }
  const before = db.all('SELECT * FROM trace_hours');
  db.run('DELETE FROM traces');
  expect(db.all('SELECT * FROM trace_hours')).toEqual(before);
});

it('a bucket of durations is as wide in the code as in the database, and never wider than 4.4 %', () => {
  const { db } = project();
  const bounds = db
    .all<{ from_us: number }>('SELECT from_us FROM duration_buckets ORDER BY from_us')
    .map((row) => row.from_us);
  expect(bounds.length).toBeGreaterThan(500);
  for (const [at, bound] of bounds.slice(0, -1).entries()) {
    expect(bounds[at + 1]).toBe(bound + bucketWidth(bound));
    expect(bucketWidth(bound)).toBeLessThanOrEqual(Math.max(1, bound * 0.044));
  }
});

it('what is asked again agrees with a first look, however traces came and grew in between', async () => {
  const { db, loomDir } = project();
  const random = new Random(3);
  const kept = openLoomForReading(loomDir);
  onTestFinished(() => kept.close());
  const now = (6 * HOUR_US) / 1000;
  const questions = ['overview?last=24h', 'curves?last=6h', 'tools?from=1800000', 'groups?by=client&last=7d'];
  for (let turn = 0; turn < 12; turn += 1) {
    for (let n = 0; n < 25; n += 1) {
      put(db, random, random.int(0, 80));
    }
    const fresh = openLoomForReading(loomDir);
    for (const question of questions) {
      const again = await asker(kept, now)(question);
      expect([turn, question, again]).toEqual([turn, question, await asker(fresh, now)(question)]);
    }
    fresh.close();
  }
});

it('a duration counts in the same bucket here and in the database', () => {
  const { db } = project();
  const random = new Random(4);
  for (let n = 0; n < 300; n += 1) {
    const us = random.pick([random.int(0, 50), random.int(0, 100_000), random.int(0, 90_000_000), 2e11]);
    const row = db.get<{ bucket: number }>(
      'SELECT MAX(from_us) AS bucket FROM duration_buckets WHERE from_us <= ?',
      us,
    );
    expect([us, ...histogramOf([us]).keys()]).toEqual([us, row?.bucket]);
  }
});
