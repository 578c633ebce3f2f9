import { describe, expect, it } from 'vitest';
import { budgetStatus } from '../../../packages/loom/src/budgets/status.js';
import { keepSums } from '../../../packages/loom/src/cost/keep-sums.js';
import { COST_KEYS, costReport, unpricedModels } from '../../../packages/loom/src/cost/report.js';
import { CONTRACT } from '../../../packages/loom/src/dashboard/contract/views.js';
import { ingest } from '../../../packages/loom/src/ingest/run.js';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { history } from '../../../packages/loom/src/routing/history.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { optimize } from '../../../packages/loom/src/store/optimize.js';
import { asker, NOW, seededLaptop } from '../dashboard/seeded.js';
import { BIG_STATISTICS } from './big-statistics.js';

const { dir, db } = seededLaptop(300, 120);
keepSums(db);
const trace = String(db.get('SELECT id FROM traces LIMIT 1')?.id);
const session = String(db.get('SELECT id FROM sessions LIMIT 1')?.id);

/** Tables that grow with every call. No query may scan them completely. */
const GROWING = [
  'llm_calls',
  'tool_calls',
  'iterations',
  'traces',
  'observations',
  'trace_atlas',
  'atlas_tags',
];

interface Plan {
  readonly sql: string;
  readonly steps: readonly string[];
}

/** SQLite's plan for each statement of `run`, with the statistics of a large database. */
async function plansOf(of: Database, run: (db: Database) => unknown): Promise<Plan[]> {
  const asked = new Map<string, unknown[]>();
  const noting = new Proxy(of, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') {
        return value;
      }
      return (...args: unknown[]) => {
        if (['all', 'get', 'run'].includes(String(name))) {
          asked.set(String(args[0]), args.slice(1));
        }
        return value.apply(target, args);
      };
    },
  });
  await run(noting);
  return [...asked].flatMap(([sql, params]) =>
    /^\s*(PRAGMA|EXPLAIN)/.test(sql)
      ? []
      : [
          {
            sql,
            steps: of
              .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...(params as string[]))
              .map(({ detail }) => detail),
          },
        ],
  );
}

/** Full scans of a growing table, as `table: statement`. */
function wholeReads(plans: readonly Plan[]): string[] {
  return plans.flatMap(({ sql, steps }) =>
    steps.flatMap((step) => {
      const alias = /^SCAN (\w+)(?! USING| VIRTUAL)/.exec(`${step} `)?.[1];
      const count = (what: RegExp) => steps.filter((one) => what.test(one)).length;
      // A subquery may have the name of a table.
      const inner = new RegExp(`^(CO-ROUTINE|MATERIALIZE) ${alias}$`);
      if (alias === undefined || count(new RegExp(`^SCAN ${alias}$`)) <= count(inner)) {
        return [];
      }
      const named = new RegExp(`(?:FROM|JOIN)\\s+(\\w+)\\s+(?:AS\\s+)?${alias}\\b`).exec(sql)?.[1];
      const table = GROWING.find((name) => name === alias || name === named);
      return table === undefined ? [] : [`${table}: ${sql}`];
    }),
  );
}

function know(statistics: readonly (readonly string[])[]): Database {
  db.exec('ANALYZE; DELETE FROM sqlite_stat1');
  for (const [table, index, stat] of statistics) {
    db.run('INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES (?, ?, ?)', table, index, stat);
  }
  // Used by connections that are opened from now on.
  return openLoomForReading(dir);
}

const IDS: Readonly<Record<string, string>> = {
  'tools/:id': 'refund',
  'clients/:id': 'cursor',
  'mcp-sessions/:id': String(
    db.get('SELECT session_id FROM traces WHERE session_id IS NOT NULL')?.session_id,
  ),
  'traces/:id': trace,
  'traces/:id/platform': trace,
  'sessions/:id': session,
};
const NEEDED: Readonly<Record<string, string>> = { groups: 'by=client' };
const VIEWS = Object.entries(CONTRACT).flatMap(([name, { params }]) => {
  const path = name.replace(':id', IDS[name] ?? '');
  const times = 'last' in params.shape ? ['last=24h', 'last=30d'] : [''];
  return times.map((time) => `${path}?${[NEEDED[name], time].filter(Boolean).join('&')}`);
});

describe.each([
  ['knows nothing of the tables', []],
  ['knows that they are large', BIG_STATISTICS],
] as const)('if SQLite %s', (_, statistics) => {
  const reading = know(statistics);
  const view = (path: string) => plansOf(reading, (noting) => asker(noting)(path as never));
  const steps = async (path: string) => (await view(path)).flatMap((plan) => plan.steps).join('\n');

  it.each(VIEWS)('the page scans no growing table: %s', async (path) => {
    expect(wholeReads(await view(path))).toEqual([]);
  });

  it.each([
    ['traces?tool=refund', 'traces_of_tool (tool=?)'],
    ['traces?environment=development', 'traces_environment (environment=?)'],
    ['traces?client=cursor', 'traces_client (client_name=?)'],
    ['traces?user=ada', 'traces_user (user_id=?)'],
    ['traces?errorType=timeout', 'traces_error_type (error_type=?)'],
    ['traces?sort=slowest', 'traces_duration'],
    ['traces?status=error', 'traces_errors'],
    ['traces', 'traces_started'],
    ['issues', 'issues_listed'],
    ['issues', 'SEARCH s USING PRIMARY KEY (hour=?)'],
    ['trend?last=30d', 'SEARCH s USING PRIMARY KEY (hour=?)'],
    ['agents?last=30d', 'SEARCH h USING PRIMARY KEY (hour>? AND hour<?)'],
    ['mcp-sessions?last=30d', 'traces_session_started'],
    ['trend?last=30d', 'SEARCH o USING COVERING INDEX observations_paid (trace_id=?)'],
    ['groups?by=model&last=30d', 'observations_paid'],
  ])('%s uses %s', async (path, index) => {
    expect(await steps(path)).toContain(index);
  });

  it('the newest of a tool or an environment are not sorted', async () => {
    for (const path of [
      'traces?tool=refund',
      'traces?environment=development',
      'traces?sort=slowest',
      'issues',
    ]) {
      const plans = (await view(path)).filter(
        ({ sql }) => sql.includes('LIMIT ?') && sql.includes('ORDER BY'),
      );
      expect(plans.length).toBeGreaterThan(0);
      expect(plans.flatMap((plan) => plan.steps)).not.toContain('USE TEMP B-TREE FOR ORDER BY');
    }
  });

  it.each(COST_KEYS)('a report scans no growing table: %s', async (by) => {
    for (const since of [0, NOW - 30 * 86_400_000]) {
      const filter = { since, until: Number.MAX_SAFE_INTEGER, dimension: 'ai_task.type' };
      const plans = await plansOf(reading, (noting) => [
        costReport(noting, by, filter),
        unpricedModels(noting, filter),
      ]);
      expect(wholeReads(plans)).toEqual([]);
    }
  });

  it("a budget of the day reads only today's rows", async () => {
    const plans = await plansOf(reading, (noting) => budgetStatus(noting, NOW));
    expect(wholeReads(plans)).toEqual([]);
    expect(plans.flatMap((plan) => plan.steps).join()).toContain('llm_calls_time (started_at>?)');
  });

  it('routing scans no growing table', async () => {
    expect(wholeReads(await plansOf(reading, (noting) => history(noting, NOW)))).toEqual([]);
  });
});

it('ingest scans no growing table', async () => {
  know(BIG_STATISTICS).close();
  const pricer = await loadPricer(dir);
  const plans = await plansOf(db, (noting) => ingest(noting, { loomDir: dir, files: [], pricer, now: NOW }));
  expect(plans.length).toBeGreaterThan(5);
  // Prices of calls with models in prices.json are looked up only after a change of that file.
  expect(wholeReads(plans).filter((read) => !read.includes('price_version'))).toEqual([]);
});

it('statistics are stored, and cost nothing after small changes', () => {
  optimize(db);
  const known = () => db.all('SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2');
  const before = known();
  expect(before.length).toBeGreaterThan(20);
  optimize(db);
  expect(known()).toEqual(before);
});
