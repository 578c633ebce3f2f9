import { beforeEach, describe, expect, it } from 'vitest';
import { bucketWidth, histogramOf } from '../../../packages/loom/src/dashboard/measure/durations.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import type { Statement } from '../../../packages/loom/src/store/sql.js';
import { all, type Home } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { project } from '../project.js';
import { Random } from './random.js';
import { asker, askerIn } from './seeded.js';

const HOUR_US = 3_600_000_000;
const SERIES = 'server, tool, method, failed, error_type, client, client_version, release, environment';

/** The counts of the triggers, and the same counts from the traces. */
async function counts(home: Home): Promise<{ kept: unknown[]; counted: unknown[] }> {
  const order = `ORDER BY ${['hour', 'bucket', ...SERIES.split(', ')].join(', ')}`;
  const [kept = [], counted = []] = await home.batch([
    {
      sql: `SELECT h.hour, h.bucket, ${SERIES}, h.n, h.errors, h.micros, h.reported, h.priced, h.unpriced FROM trace_hours h JOIN trace_series s ON s.id = h.series ${order}`,
    },
    {
      sql: `SELECT hour, bucket, ${SERIES}, COUNT(*) AS n, SUM(failed) AS errors, SUM(micros) AS micros,
         SUM(reported) AS reported, SUM(priced) AS priced, SUM(unpriced) AS unpriced FROM trace_counted
       GROUP BY hour, bucket, ${SERIES} ${order}`,
    },
  ]);
  return { kept, counted };
}

/** A new trace, or one that has grown. */
function put(random: Random, id: number): Statement {
  return {
    sql: `INSERT INTO traces(id, name, server, tool, method, errors, error_type, client_name, client_version, release,
       environment, started_us, duration_us, cost_micros, reported_micros, unpriced, updated_at)
     VALUES (?, 'x', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT(id) DO UPDATE SET server = excluded.server, tool = excluded.tool, method = excluded.method,
       errors = excluded.errors, error_type = excluded.error_type, client_name = excluded.client_name,
       client_version = excluded.client_version, release = excluded.release, environment = excluded.environment,
       started_us = excluded.started_us, duration_us = excluded.duration_us, cost_micros = excluded.cost_micros,
       reported_micros = excluded.reported_micros, unpriced = excluded.unpriced`,
    params: [
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
    ],
  };
}

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  it.each([1, 2, 3, 4, 5])(
    'the hours agree with the traces, however these arrived and grew (%i)',
    async (seed) => {
      const random = new Random(seed);
      await home.batch(Array.from({ length: 400 }, () => put(random, random.int(0, 60))));
      const { kept, counted } = await counts(home);
      expect(kept.length).toBeGreaterThan(20);
      expect(kept).toEqual(counted);
    },
  );

  it('the hours stay after retention deletes traces', async () => {
    const random = new Random(9);
    await home.batch(Array.from({ length: 50 }, (_, n) => put(random, n)));
    const before = await all(home, 'SELECT * FROM trace_hours');
    expect(before.length).toBeGreaterThan(10);
    await home.batch([{ sql: 'DELETE FROM traces' }]);
    expect(await all(home, 'SELECT * FROM trace_hours')).toEqual(before);
  });

  it('a bucket of durations has the same width in the code and in the database, at most 4.4 %', async () => {
    const rows = await all<{ from_us: number }>(
      home,
      'SELECT from_us FROM duration_buckets ORDER BY from_us',
    );
    const bounds = rows.map((row) => row.from_us);
    expect(bounds.length).toBeGreaterThan(500);
    for (const [at, bound] of bounds.slice(0, -1).entries()) {
      expect(bounds[at + 1]).toBe(bound + bucketWidth(bound));
      expect(bucketWidth(bound)).toBeLessThanOrEqual(Math.max(1, bound * 0.044));
    }
  });

  it('cached answers agree with new ones, however traces arrived and grew in between', async () => {
    const local = project();
    const random = new Random(3);
    const now = (6 * HOUR_US) / 1000;
    const questions = [
      'overview?last=24h',
      'curves?last=6h',
      'tools?from=1800000',
      'groups?by=client&last=7d',
    ];
    for (let turn = 0; turn < 12; turn += 1) {
      const statements = Array.from({ length: 25 }, () => put(random, random.int(0, 80)));
      await home.batch(statements);
      for (const { sql, params = [] } of statements) local.db.run(sql, ...params);
      const fresh = openLoomForReading(local.loomDir);
      for (const question of questions) {
        const again = await askerIn(home, now)(question);
        expect([turn, question, again]).toEqual([turn, question, await asker(fresh, now)(question)]);
      }
      fresh.close();
    }
  });

  it('a duration counts in the same bucket here and in the database', async () => {
    const random = new Random(4);
    const durations = Array.from({ length: 300 }, () =>
      random.pick([random.int(0, 50), random.int(0, 100_000), random.int(0, 90_000_000), 2e11]),
    );
    const found = await home.batch(
      durations.map((us) => ({
        sql: 'SELECT MAX(from_us) AS bucket FROM duration_buckets WHERE from_us <= ?',
        params: [us],
      })),
    );
    for (const [at, us] of durations.entries()) {
      expect([us, ...histogramOf([us]).keys()]).toEqual([us, found[at]?.[0]?.bucket]);
    }
  });
});
