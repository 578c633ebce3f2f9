import { describe, expect, it } from 'vitest';
import type { Latency } from '../../../packages/loom/src/dashboard/contract/figures.js';
import type { McpSessions } from '../../../packages/loom/src/dashboard/contract/mcp-sessions.js';
import { CONTRACT, type ViewName } from '../../../packages/loom/src/dashboard/contract/views.js';
import { HOMES } from '../homes/homes.js';
import { Random } from './random.js';
import { NOW, seeded } from './seeded.js';

describe.each(HOMES)('on %s', (_name, open) => {
  const { db, ask } = seeded(open(), 1500, 200);

  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;

  interface Raw {
    readonly id: string;
    readonly at: number;
    readonly ms: number | null;
    readonly errors: number;
    readonly server: string | null;
    readonly tool: string | null;
    readonly method: string | null;
    readonly error_type: string | null;
    readonly client_name: string | null;
    readonly client_version: string | null;
    readonly release: string | null;
    readonly environment: string | null;
    readonly user_id: string | null;
  }

  /** The query that every figure must agree with. */
  function read(where: string, ...params: (string | number)[]): Raw[] {
    return db.all<Raw>(
      `SELECT id, started_us / 1000.0 AS at, duration_us / 1000.0 AS ms, errors, server, tool, method, error_type,
         client_name, client_version, release, environment, user_id FROM traces WHERE ${where}`,
      ...params,
    );
  }

  const within = (range: { from: number; to: number }) =>
    read('started_us >= ? AND started_us < ?', Math.round(range.from * 1000), Math.round(range.to * 1000));

  function rank(rows: readonly Raw[], share: number): number | null {
    const sorted = rows.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  }

  function expectLatency(latency: Latency, rows: readonly Raw[]): void {
    for (const [name, share] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const exact = rank(rows, share);
      const shown = latency[name];
      if (exact === null || shown === null) {
        expect(shown).toBe(exact);
      } else {
        expect(Math.abs(shown - exact) / exact).toBeLessThanOrEqual(0.0225);
      }
    }
  }

  function measured(rows: readonly Raw[]) {
    return { requests: rows.length, errors: rows.filter((row) => row.errors > 0).length };
  }

  /** Periods of every kind: whole hours and odd milliseconds, minutes and months. */
  const TIMES = [
    'last=15m',
    'last=1h',
    'last=6h',
    '',
    'last=7d',
    'last=30d',
    'last=90d',
    'since=release',
    ...Array.from({ length: 12 }, (_, n) => {
      const random = new Random(n + 1);
      const from = NOW - random.int(1, 45 * DAY);
      return `from=${from}&to=${from + random.int(1, 20 * DAY)}`;
    }),
  ];

  describe.each(TIMES)('in the period %s', (time) => {
    it('the overview agrees with one query', async () => {
      const { range, total, before, tools, clients, notReached, errors } = await ask<'overview'>(
        `overview?${time}`,
      );
      const rows = within(range);
      expect(total).toMatchObject(measured(rows));
      expectLatency(total.latency, rows);
      const span = range.to - range.from;
      const earlier = within({ from: range.from - span, to: range.from });
      expect(before && { requests: before.requests, errors: before.errors }).toEqual(
        earlier.length > 0 ? measured(earlier) : null,
      );
      for (const tool of tools) {
        const own = rows.filter((row) => row.tool === tool.tool && row.server === tool.server);
        expect([tool.calls, tool.errors, tool.lastAt]).toEqual([
          own.length,
          measured(own).errors,
          Math.max(...own.map(({ at }) => at)),
        ]);
        expectLatency(tool.latency, own);
      }
      expect(tools.reduce((sum, { calls }) => sum + calls, 0)).toBe(rows.length);
      for (const client of clients) {
        const own = rows.filter(
          (row) => row.client_name === client.client && row.client_version === client.version,
        );
        expect(client).toMatchObject(measured(own));
      }
      expect(notReached.reduce((sum, { count }) => sum + count, 0)).toBe(
        rows.filter(({ error_type: type }) => type === 'invalid_arguments').length,
      );
      const groups = await ask<'errors'>(`errors?${time}`);
      expect(groups.total).toBe(total.errors);
      expect(groups.groups).toBe(groups.rows.length);
      expect(groups.rows.slice(0, errors.length)).toEqual(errors);
      for (const group of groups.rows) {
        expect(group.spark.reduce((sum, n) => sum + n, 0)).toBe(group.count);
        const hasBefore = read('started_us < ?', Math.round(range.from * 1000)).length > 0;
        expect(group.isNew).toBe(hasBefore && group.firstAt >= range.from);
      }
    });

    it('the curves add up to the total, and each point agrees with its own query', async () => {
      const { points, total, range } = await ask<'curves'>(`curves?${time}`);
      expect(total).toMatchObject(measured(within(range)));
      expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(total.requests);
      expect(points.reduce((sum, { errors }) => sum + errors, 0)).toBe(total.errors);
      expect(points.length).toBeLessThanOrEqual(102);
      for (const [at, point] of points.entries()) {
        const rows = within({ from: point.at, to: points[at + 1]?.at ?? range.to });
        expect(point).toMatchObject(measured(rows));
      }
    });
  });

  const FILTERS: readonly (readonly [string, (row: Raw) => boolean])[] = [
    ['tool=refund', (row) => row.tool === 'refund'],
    ['server=notes-mcp&status=error', (row) => row.server === 'notes-mcp' && row.errors > 0],
    ['client=%28none%29', (row) => row.client_name === null],
    ['client=claude-code&clientVersion=2.1.160', (row) => row.client_version === '2.1.160'],
    [
      'errorType=timeout&environment=production',
      (row) => row.error_type === 'timeout' && row.environment === 'production',
    ],
    ['release=2026.11.2', (row) => row.release === '2026.11.2'],
    ['user=ada', (row) => row.user_id === 'ada'],
    [
      'user=ada&tool=refund&minMs=200',
      (row) => row.user_id === 'ada' && row.tool === 'refund' && (row.ms ?? 0) >= 200,
    ],
  ];

  describe.each(FILTERS)('under the filter %s', (filter, keep) => {
    it('curves, list, groups, facets and error groups count the same traces', async () => {
      const query = `${filter}&last=30d`;
      const { total, range } = await ask<'curves'>(`curves?${query}`);
      const rows = within(range).filter(keep);
      expect(rows.length).toBeGreaterThan(0);
      expect(total).toMatchObject(measured(rows));
      expectLatency(total.latency, rows);
      const page = await ask<'traces'>(`traces?${filter}&from=${range.from}&to=${range.to}&limit=1`);
      expect(page.total).toBe(rows.length);
      const groups = await ask<'groups'>(`groups?${query}&by=tool`);
      for (const group of groups.rows) {
        expect(group).toMatchObject(measured(rows.filter(({ tool }) => tool === group.value)));
      }
      expect(groups.rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(rows.length);
      const users = await ask<'groups'>(`groups?${query}&by=user`);
      for (const group of users.rows) {
        const own = rows.filter((row) => row.user_id === group.value);
        expect(group).toMatchObject(measured(own));
        expectLatency(group.latency, own);
      }
      expect((await ask<'errors'>(`errors?${query}`)).total).toBe(total.errors);
      const { facets } = await ask<'facets'>(`facets?${query}`);
      const method = facets.find(({ name }) => name === 'method');
      expect(method?.values).toEqual([{ value: 'tools/call', count: rows.length }]);
    });
  });

  it('a facet counts with all other filters, so that you can change the selected value', async () => {
    const { facets, range } = await ask<'facets'>('facets?tool=refund&client=cursor&last=30d');
    const rows = within(range);
    const tools = facets.find(({ name }) => name === 'tool')?.values;
    expect(tools).toContainEqual({
      value: 'search_notes',
      count: rows.filter((row) => row.tool === 'search_notes' && row.client_name === 'cursor').length,
    });
    const clients = facets.find(({ name }) => name === 'client')?.values;
    expect(clients?.reduce((sum, { count }) => sum + count, 0)).toBe(
      rows.filter(({ tool }) => tool === 'refund').length,
    );
  });

  it.each([
    ['model', 'model', 'SELECT trace_id FROM observations WHERE cost_basis IS NOT NULL AND model = ?'],
    [
      'task',
      'atlas',
      "SELECT t.id FROM trace_atlas a JOIN traces t ON t.seq = a.trace_seq WHERE a.dimension = 'ai_task.type' AND a.term = ?",
    ],
    ['user', 'user', 'SELECT id FROM traces WHERE user_id = ?'],
    ['session', 'session', 'SELECT id FROM traces WHERE session_id = ?'],
  ] as const)('by %s, facet, group and list count the same traces', async (name, parameter, sql) => {
    const { facets, range } = await ask<'facets'>(`facets?names=${name}&last=30d`);
    const groups = await ask<'groups'>(`groups?by=${name}&last=30d`);
    const values = facets[0]?.values ?? [];
    expect(values.length).toBeGreaterThan(1);
    for (const { value, count } of values) {
      const rows = read(
        `id IN (${sql}) AND started_us >= ? AND started_us < ?`,
        value,
        Math.round(range.from * 1000),
        Math.round(range.to * 1000),
      );
      expect([value, count]).toEqual([value, rows.length]);
      expect(groups.rows.find((row) => row.value === value)).toMatchObject(measured(rows));
      const said = encodeURIComponent(name === 'task' ? `ai_task.type=${value}` : value);
      const page = await ask<'traces'>(
        `traces?${parameter}=${said}&from=${range.from}&to=${range.to}&limit=1`,
      );
      expect([value, page.total]).toEqual([value, rows.length]);
    }
  });

  it('the pages of a tool and of a client agree with the lists', async () => {
    const tools = await ask<'tools'>('tools?last=7d');
    const clients = await ask<'clients'>('clients?last=7d');
    for (const row of tools.rows) {
      const view = await ask<'tools/:id'>(`tools/${row.tool}?last=7d`);
      expect(view.total).toEqual({ requests: row.calls, errors: row.errors, latency: row.latency });
      expect(view.histogram.reduce((sum, { calls }) => sum + calls, 0)).toBe(row.calls);
      expect(view.arguments).toMatchObject({ calls: row.calls, failed: row.errors });
      expect(view.cost).toEqual(row.cost);
    }
    for (const { client, version, ...row } of clients.rows.filter(({ client }) => client === 'cursor')) {
      const view = await ask<'clients/:id'>('clients/cursor?last=7d');
      expect(view.versions).toEqual([{ client, version, ...row }]);
      expect(view.tools.reduce((sum, { calls }) => sum + calls, 0)).toBe(row.requests);
    }
  });

  it('sessions of clients are each on one page, with the figures of the period', async () => {
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: McpSessions = await ask<'mcp-sessions'>(`mcp-sessions?last=7d&limit=7&before=${next}`);
      for (const row of page.rows) {
        const own = within(page.range).length;
        expect(row.requests).toBeLessThanOrEqual(own);
        const exact = db.get<{ n: number; errors: number }>(
          `SELECT COUNT(*) AS n, SUM(errors > 0) AS errors FROM traces WHERE session_id = ? AND started_us >= ? AND started_us < ?`,
          row.id,
          Math.round(page.range.from * 1000),
          Math.round(page.range.to * 1000),
        );
        expect([row.requests, row.errors]).toEqual([exact?.n, exact?.errors]);
      }
      seen.push(...page.rows.map(({ id }) => id));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const { total } = await ask<'mcp-sessions'>('mcp-sessions?last=7d');
    expect(seen).toHaveLength(total);
  });

  describe('every answer matches its published schema', () => {
    const ids: Partial<Record<ViewName, string>> = {
      'tools/:id': 'refund',
      'clients/:id': 'cursor',
      'mcp-sessions/:id': String(
        db.get('SELECT session_id AS id FROM traces WHERE session_id IS NOT NULL')?.id,
      ),
      'traces/:id': String(db.get('SELECT id FROM traces WHERE errors > 0')?.id),
      'traces/:id/platform': String(db.get('SELECT id FROM traces LIMIT 1')?.id),
      'sessions/:id': String(db.get('SELECT id FROM sessions LIMIT 1')?.id),
    };
    it.each(Object.keys(CONTRACT) as ViewName[])('%s', async (name) => {
      const path = name.replace(':id', encodeURIComponent(ids[name] ?? ''));
      const answer = await ask(`${path}${name === 'groups' ? '?by=tool' : ''}`);
      const read = CONTRACT[name].answer.safeParse(JSON.parse(JSON.stringify(answer)));
      expect(read.error?.issues ?? []).toEqual([]);
    });
  });
});
