import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AtlasBreakdown } from '../../../packages/loom/src/dashboard/contract/atlas.js';
import type { Money } from '../../../packages/loom/src/dashboard/contract/figures.js';
import type { Range } from '../../../packages/loom/src/dashboard/contract/range.js';
import { edgesOf } from '../../../packages/loom/src/dashboard/measure/steps.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { HOMES } from '../homes/homes.js';
import { project } from '../project.js';
import { askerIn, NOW, seeded, seededLaptop } from './seeded.js';

interface Paid {
  readonly at: number;
  readonly cost_micros: number | null;
  readonly cost_basis: string;
  readonly tokens: number;
  readonly model: string;
  readonly trace_id: string | null;
}

const within = <T extends { at: number }>(rows: readonly T[], { from, to }: Range) =>
  rows.filter((row) => row.at >= from && row.at < to);

function moneyOf(rows: readonly Paid[]): Money {
  const sum = (basis?: string) =>
    rows
      .filter((row) => basis === undefined || row.cost_basis === basis)
      .reduce((total, row) => total + (row.cost_micros ?? 0), 0);
  return {
    micros: rows.some((row) => row.cost_micros !== null) ? sum() : null,
    reported: sum('reported'),
    calculated: sum('calculated'),
    estimated: sum('estimated'),
    unpriced: rows.filter((row) => row.cost_basis === 'unpriced').length,
  };
}

const micros = (rows: readonly { micros: number | null }[]) =>
  rows.reduce((sum, row) => sum + (row.micros ?? 0), 0);

/** Days, months, odd moments. */
const TIMES = ['', 'last=1h', 'last=7d', 'last=90d', `from=${NOW - 1e9 - 7}&to=${NOW - 12_345_678}`];

describe.each(HOMES)('a synthetic project on %s', (_name, open) => {
  const { db, ask } = seeded(open(), 600, 500);

  /** Every row with a cost, read directly. All sums of the views must agree with it. */
  const paid: Paid[] = [
    ...db.all<Paid>(
      'SELECT started_at AS at, cost_micros, cost_basis, total_tokens AS tokens, model, NULL AS trace_id FROM llm_calls',
    ),
    ...db.all<Paid>(
      // A generation counts at the start of its trace.
      `SELECT t.started_us / 1000.0 AS at, o.cost_micros, o.cost_basis, o.total_tokens AS tokens, o.model, o.trace_id
       FROM observations o JOIN traces t ON t.id = o.trace_id WHERE o.cost_basis IS NOT NULL`,
    ),
  ];
  const traces = db.all<{ id: string; at: number }>('SELECT id, started_us / 1000.0 AS at FROM traces');
  const toolCalls = db.all<{ at: number; ok: number | null }>('SELECT started_at AS at, ok FROM tool_calls');
  describe('agents', () => {
    it.each(TIMES)(
      "adds agents' calls and generations in the period and the one before: %s",
      async (time) => {
        const { range, total, before, tools } = await ask<'agents'>(`agents?${time}`);
        const sums = (of: Range) => ({
          cost: moneyOf(within(paid, of)),
          calls: within(toolCalls, of).length,
          errors: within(toolCalls, of).filter((call) => call.ok === 0).length,
        });
        expect(total).toEqual(sums(range));
        expect(before).toEqual(sums({ from: range.from - (range.to - range.from), to: range.from }));
        expect(tools.reduce((sum, tool) => sum + tool.errors, 0)).toBe(total.errors);
      },
    );
  });

  describe('tools', () => {
    it.each(TIMES)('have the cost of the generations inside the calls of the period: %s', async (time) => {
      const { rows, range } = await ask<'tools'>(`tools?${time}`);
      const calls = new Set(within(traces, range).map(({ id }) => id));
      const generations = paid.filter((row) => row.trace_id !== null && calls.has(row.trace_id));
      const expected = moneyOf(generations);
      const { cost } = await ask<'overview'>(`overview?${time}`);
      expect(cost).toEqual(expected);
      expect(micros(rows.map((row) => row.cost))).toBe(expected.micros ?? 0);
      expect(rows.map((row) => row.calls)).toEqual(rows.map((row) => row.calls).sort((a, b) => b - a));
    });
  });

  describe('trend and atlas', () => {
    it.each(TIMES)('every grouping adds up to the same total, and nothing counts twice: %s', async (time) => {
      const { dimensions } = await ask<'atlas'>('atlas');
      expect(dimensions).toContain('ai_task.type');
      expect(dimensions).toEqual([...dimensions].sort());
      for (const by of ['model', ...dimensions]) {
        const trend = await ask<'trend'>(`trend?by=${by}&${time}`);
        const all = within(paid, trend.range);
        const money = moneyOf(all);
        const sum = (pick: (point: (typeof trend.points)[number]) => number) =>
          trend.points.reduce((total, point) => total + pick(point), 0);
        expect([by, sum((point) => point.micros ?? 0)]).toEqual([by, money.micros ?? 0]);
        expect([by, sum((point) => point.unpriced)]).toEqual([by, money.unpriced]);
        expect([by, sum((point) => point.calls)]).toEqual([by, all.length]);
        expect([by, sum((point) => point.tokens)]).toEqual([
          by,
          all.reduce((total, row) => total + row.tokens, 0),
        ]);
        expect(trend.steps.length).toBeLessThanOrEqual(48);
        for (const point of trend.points) {
          expect(trend.steps).toContain(point.at);
        }
      }
      for (const dimension of dimensions) {
        const { rows, range }: AtlasBreakdown = await ask<'atlas'>(`atlas?dimension=${dimension}&${time}`);
        const { micros: expected } = moneyOf(within(paid, range));
        expect([dimension, micros(rows.map((row) => row.cost))]).toEqual([dimension, expected ?? 0]);
        expect(rows.reduce((sum, row) => sum + row.traces, 0)).toBe(within(traces, range).length);
      }
    });

    it('a model without a price has an unknown amount and never $0', async () => {
      const { points } = await ask<'trend'>('trend?last=30d');
      const unknown = points.filter((point) => point.key === 'acme-private-1');
      expect(unknown.length).toBeGreaterThan(0);
      expect(unknown.every((point) => point.micros === null && point.unpriced === point.calls)).toBe(true);
    });
  });

  describe('sessions, issues, routing, budgets', () => {
    it('a session is the sum of its iterations and of its models', async () => {
      const { rows } = await ask<'sessions'>('sessions?limit=500');
      expect(rows).toHaveLength(db.get<{ n: number }>('SELECT COUNT(*) AS n FROM sessions')?.n ?? 0);
      for (const { id } of rows) {
        const view = await ask<'sessions/:id'>(`sessions/${id}`);
        const total = view.row.cost.micros ?? 0;
        expect(micros(view.iterations.map((iteration) => iteration.cost))).toBe(total);
        expect(micros(view.models.map((model) => model.cost))).toBe(total);
        expect(view.iterations.reduce((sum, iteration) => sum + iteration.calls, 0)).toBe(view.row.calls);
        expect(view.traces.length).toBe(
          db.get<{ n: number }>('SELECT COUNT(*) AS n FROM traces WHERE loom_session_id = ?', id)?.n,
        );
      }
    });

    it('pages of sessions contain each session once, latest first', async () => {
      const ids: string[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const page: Awaited<ReturnType<typeof ask<'sessions'>>> = await ask<'sessions'>(
          `sessions?limit=3&before=${next}`,
        );
        ids.push(...page.rows.map((row) => row.id));
        next = page.next;
      }
      const all = db.all<{ id: string }>('SELECT id FROM sessions ORDER BY started_at DESC, rowid DESC');
      expect(ids).toEqual(all.map((row) => row.id));
    });

    it('issues, and calls without an issue, add up to the total cost of agents', async () => {
      const { rows, unattributed } = await ask<'issues'>('issues');
      expect(micros([...rows.map((row) => row.cost), unattributed.cost])).toBe(
        moneyOf(paid.filter((row) => row.trace_id === null)).micros,
      );
      const [first] = rows.filter((row) => row.sessions > 0);
      const of = await ask<'sessions'>(`sessions?issue=${first?.id}&limit=500`);
      expect(of.rows).toHaveLength(first?.sessions ?? -1);
    });

    it('pages of routing decisions contain each once', async () => {
      const first = await ask<'routing'>('routing?last=90d');
      const ids = first.rows.map(({ id }) => id);
      for (let { next } = first; next !== null; ) {
        const page: typeof first = await ask<'routing'>(`routing?last=90d&before=${next}`);
        ids.push(...page.rows.map(({ id }) => id));
        next = page.next;
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(first.total);
    });
  });
});

describe.each(HOMES)('a few rows on %s', (_name, open) => {
  const home = open();
  const ask = askerIn(home);
  beforeEach(() => home.empty());

  it('after the ninth key, the rest is one line', async () => {
    await home.batch([
      {
        sql: "INSERT INTO sessions(id, agent, source, started_at, last_seen_at) VALUES ('s', 'a', 'manual', ?1, ?1)",
        params: [NOW],
      },
      ...Array.from({ length: 12 }, (_, n) => ({
        sql: `INSERT INTO llm_calls(id, session_id, model, started_at, cost_micros, cost_basis) VALUES (?, 's', ?, ?, ?, 'reported')`,
        params: [`c${n + 1}`, `model-${n + 1}`, NOW - 1000, n + 1],
      })),
    ]);
    const trend = await ask<'trend'>('trend');
    expect(trend.keys).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4].map((n) => `model-${n}`).concat('other'));
    expect(trend.points.find((point) => point.key === 'other')).toMatchObject({ micros: 6, calls: 3 });
  });

  it('if a trace has two terms, each generation counts under its own', async () => {
    const observation = `INSERT INTO observations(trace_id, id, name, type, started_us, model, total_tokens, cost_micros, cost_basis, source, detail)
       VALUES ('t', ?1, ?1, 'generation', ?2, 'm', 1, ?3, 'reported', 'otlp', ?4)`;
    await home.batch([
      {
        sql: `INSERT INTO traces(seq, id, name, tool, errors, started_us, duration_us, generations, cost_micros, updated_at)
          VALUES (1, 't', 't', 't', 0, ?1, 5, 3, 9, 0)`,
        params: [NOW * 1000],
      },
      ...['orchestrate', 'generate', '7'].map((term) => ({
        sql: "INSERT INTO trace_atlas VALUES ('ai_task.type', ?, 1)",
        params: [term],
      })),
      ...(
        [
          ['a', 'generate', 3],
          ['b', 'orchestrate', 4],
          ['c', 7, 2],
        ] as const
      ).map(([id, term, cost]) => ({
        sql: observation,
        params: [id, NOW * 1000, cost, JSON.stringify({ metadata: { 'ai_task.type': term } })],
      })),
    ]);
    const { rows } = await ask<'atlas'>('atlas');
    expect(rows.map((row) => [row.term, row.traces, row.cost.micros])).toEqual([
      ['orchestrate', 1, 4],
      ['generate', 1, 3],
      // A term may be a number in JSON; it is text here.
      ['7', 1, 2],
    ]);
  });
});

describe('features of a laptop only', () => {
  const { db, ask } = seededLaptop(60, 500);

  it('distinguishes running sessions from silent ones, and shows the queue of sync', async () => {
    const { running, stuck, sync } = await ask<'agents'>('agents');
    expect(running).toHaveLength(3);
    expect(stuck).toHaveLength(2);
    expect(stuck.every((session) => NOW - session.lastSeenAt > 30 * 60_000)).toBe(true);
    const sent = ['iterations', 'llm_calls', 'tool_calls', 'routing_decisions'].reduce(
      (sum, table) => sum + Number(db.get(`SELECT COUNT(*) AS n FROM ${table} WHERE sync = 2`)?.n),
      0,
    );
    expect(sent).toBeGreaterThan(0);
    expect(sync).toMatchObject({ sent, failed: 0 });
    expect(sync.queued).toBeGreaterThan(0);
  });

  it('calibration counts every decision of the period once', async () => {
    const first = await ask<'routing'>('routing?last=90d');
    const { calibration, total } = first;
    const rows = [...first.rows];
    for (let { next } = first; next !== null; ) {
      const page: typeof first = await ask<'routing'>(`routing?last=90d&before=${next}`);
      rows.push(...page.rows);
      next = page.next;
    }
    expect(calibration.reduce((sum, fifth) => sum + fifth.decisions, 0)).toBe(total);
    expect(total).toBe(rows.length);
    for (const fifth of calibration) {
      const own = rows.filter(
        (row) => row.confidence >= fifth.from && (row.confidence < fifth.to || fifth.to === 1),
      );
      const known = own.filter((row) => row.success !== null);
      expect([fifth.decisions, fifth.withOutcome]).toEqual([own.length, known.length]);
      expect(fifth.successRate).toBeCloseTo(known.filter((row) => row.success).length / known.length, 10);
    }
  });

  it('budgets have a forecast', async () => {
    const { rows } = await ask<'budgets'>('budgets');
    const day = rows.find((row) => row.scope === 'day');
    const today = db.get<{ spent: number }>(
      'SELECT SUM(cost_micros) AS spent FROM llm_calls WHERE started_at >= ?',
      new Date(NOW).setHours(0, 0, 0, 0),
    );
    expect(day).toMatchObject({ limit: 40_000_000, spent: today?.spent ?? 0, stops: false });
    expect(day?.forecast).toBeGreaterThanOrEqual(day?.spent ?? 0);
  });

  it("the views' connection can't write", () => {
    const { loomDir } = project();
    const reading = openLoomForReading(loomDir);
    expect(() => reading.run("INSERT INTO loom_meta VALUES ('a', 'b')")).toThrow(/readonly/);
    reading.close();
  });
});

it.each([
  ['Europe/Berlin', '2026-10-26T09:00:00+01:00', ['10-24 24', '10-25 25', '10-26 24']],
  // The clock changes at midnight to one: that day has no midnight, unlike the others.
  ['America/Santiago', '2026-09-06T12:00:00-03:00', ['09-04 24', '09-05 24', '09-06 23']],
])("the days follow this machine's calendar, also when its clock changes: %s", (zone, now, days) => {
  vi.stubEnv('TZ', zone);
  onTestFinished(() => void vi.unstubAllEnvs());
  const to = new Date(Date.parse(now));
  const from = new Date(to.getFullYear(), to.getMonth(), to.getDate() - 2).getTime();
  const end = new Date(to.getFullYear(), to.getMonth(), to.getDate() + 1).getTime();
  const found = edgesOf({ from, to: end }, 24 * 3_600_000).map(([start, until]) => {
    const date = new Date(start);
    const [month, day] = [date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0'));
    return `${month}-${day} ${(until - start) / 3_600_000}`;
  });
  expect(found).toEqual(days);
});
