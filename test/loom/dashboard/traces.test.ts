import { describe, expect, it } from 'vitest';
import type { TracePage, TraceRow } from '../../../packages/loom/src/dashboard/contract/traces.js';
import { HOMES } from '../homes/homes.js';
import { NOW, seeded } from './seeded.js';

interface Raw {
  readonly id: string;
  readonly seq: number;
  readonly started_us: number;
  readonly duration_us: number | null;
  readonly errors: number;
}

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  const { db, ask, run } = seeded(home, 300, 200);
  /** Each page of a server is a request to workerd. */
  const pageSize = home.kind === 'server' ? 40 : 7;

  const raw = db.all<Raw>('SELECT id, seq, started_us, duration_us, errors FROM traces');

  /** All pages, one after the other. */
  async function every(query: string, limit = pageSize): Promise<TraceRow[]> {
    const rows: TraceRow[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: TracePage = await ask<'traces'>(`traces?${query}&limit=${limit}&before=${next}`);
      rows.push(...page.rows);
      next = page.next;
    }
    return rows;
  }

  describe('pages', () => {
    it.each([
      ['newest', (a: Raw, b: Raw) => b.started_us - a.started_us || b.seq - a.seq],
      ['slowest', (a: Raw, b: Raw) => (b.duration_us ?? 0) - (a.duration_us ?? 0) || b.seq - a.seq],
      [
        'errors',
        (a: Raw, b: Raw) =>
          Number(b.errors > 0) - Number(a.errors > 0) || b.started_us - a.started_us || b.seq - a.seq,
      ],
    ] as const)('%s: every trace once and in order', async (sort, order) => {
      const rows = await every(`sort=${sort}`);
      expect(rows.map((row) => row.id)).toEqual([...raw].sort(order).map((row) => row.id));
    });

    it('traces of the same microsecond are each on one page', async () => {
      const [first] = [...raw].sort((a, b) => a.seq - b.seq);
      for (let n = 0; n < 5; n += 1) {
        await run(
          'INSERT INTO traces(id, name, tool, started_us, duration_us, updated_at) VALUES (?, ?, ?, ?, 1, 0)',
          `same-${n}`,
          'same',
          'same',
          first?.started_us ?? 0,
        );
      }
      const rows = await every('tool=same', 2);
      expect(rows.map((row) => row.id)).toEqual([4, 3, 2, 1, 0].map((n) => `same-${n}`));
      await run("DELETE FROM traces WHERE tool = 'same'");
    });

    it('a trace without its root is among the newest, but not among the slowest', async () => {
      await run(
        "INSERT INTO traces(id, name, tool, started_us, updated_at) VALUES ('open', 'open', 'open', ?, 0)",
        NOW * 1000,
      );
      expect(await every('tool=open')).toMatchObject([{ id: 'open', durationMs: null }]);
      expect(await every('tool=open&sort=slowest')).toEqual([]);
      await run("DELETE FROM traces WHERE id = 'open'");
    });
  });

  describe('filters', () => {
    it.each<[string, (row: TraceRow) => boolean]>([
      ['tool=refund', (row) => row.tool === 'refund'],
      ['server=notes-mcp', (row) => row.server === 'notes-mcp'],
      ['status=error', (row) => row.failed],
      ['status=ok', (row) => !row.failed],
      ['atlas=ai_task.type=extract', (row) => row.task === 'extract'],
      ['atlas=data_artifact.type=no+term', () => true],
      ['atlas=ai_task.type=no+term', (row) => row.task === null],
      ['minMs=500', (row) => (row.durationMs ?? 0) >= 500],
      [`from=${NOW - 86_400_000}`, (row) => row.startedAt >= NOW - 86_400_000],
      [`to=${NOW - 86_400_000}`, (row) => row.startedAt < NOW - 86_400_000],
      ['tool=refund&status=error&server=billing-mcp', (row) => row.tool === 'refund' && row.failed],
      ['tool=nothing', () => false],
      ["tool=refund' OR 1=1 --", () => false],
    ])('%s', async (query, keeps) => {
      const expected = (await every('')).filter(keeps).map((row) => row.id);
      expect((await every(query)).map((row) => row.id)).toEqual(expected);
      const { total, more } = await ask<'traces'>(`traces?${query}&limit=1`);
      expect([total, more]).toEqual([expected.length, false]);
    });

    it('by session (of the MCP client or of Loom), by issue at that moment, and by environment', async () => {
      const [trace] = db.all<{
        id: string;
        session_id: string;
        loom_session_id: string;
        environment: string;
      }>('SELECT * FROM traces WHERE session_id IS NOT NULL AND loom_session_id IS NOT NULL LIMIT 1');
      const ids = async (query: string) => (await every(query)).map((row) => row.id);
      expect(await ids(`session=${trace?.session_id}`)).toContain(trace?.id);
      expect(await ids(`session=${trace?.loom_session_id}`)).toContain(trace?.id);
      expect(await ids(`environment=${trace?.environment}`)).toContain(trace?.id);
      const counted = db.all<{ issue_id: string; n: number }>(
        `SELECT a.issue_id, COUNT(*) AS n FROM traces t JOIN attributions a ON a.session_id = t.loom_session_id
         GROUP BY a.issue_id`,
      );
      expect(counted.length).toBeGreaterThan(0);
      for (const { issue_id, n } of counted) {
        expect(await ids(`issue=${issue_id}`)).toHaveLength(n);
      }
      // From now on, the session works on another issue. Earlier work keeps its issue.
      const [moved] = counted;
      const session = db.get<{ session_id: string }>(
        'SELECT session_id FROM attributions WHERE issue_id = ? LIMIT 1',
        moved?.issue_id,
      );
      await run(
        "INSERT INTO attributions(session_id, from_at, issue_id, basis) VALUES (?, ?, NULL, 'released')",
        session?.session_id,
        NOW + 1,
      );
      expect(await ids(`issue=${moved?.issue_id}`)).toHaveLength(moved?.n ?? 0);
    });
  });

  describe('words', () => {
    const found = async (q: string) => (await every(`q=${encodeURIComponent(q)}`, 50)).map((row) => row.id);
    const bodies = db.all<{ trace_id: string; body: string }>(
      "SELECT trace_id, COALESCE(input, '') || ' ' || COALESCE(output, '') AS body FROM observations",
    );
    const holding = (...words: string[]) =>
      new Set(
        bodies
          .filter(({ body }) => words.every((word) => body.toLowerCase().includes(word.toLowerCase())))
          .map((row) => row.trace_id),
      );

    it('are found in input and output, if all match, in any case', async () => {
      expect(holding('ANNUAL', 'policy').size).toBeGreaterThan(0);
      expect(new Set(await found('ANNUAL policy'))).toEqual(holding('ANNUAL', 'policy'));
      expect(new Set(await found('onerror=alert'))).toEqual(holding('onerror=alert'));
      expect(await found('annual nothing-like-this')).toEqual([]);
    });

    it('are found in name, id, session, user and status', async () => {
      const [one] = db.all<{ id: string; session_id: string }>(
        "SELECT id, session_id FROM traces WHERE session_id IS NOT NULL AND user_id = 'ada' LIMIT 1",
      );
      expect(await found(one?.id ?? '')).toEqual([one?.id]);
      expect(await found(`ada ${one?.session_id}`)).toContain(one?.id);
      expect(await found('classify_ticket')).toHaveLength((await every('tool=classify_ticket')).length);
      const failed = db.get<{ id: string }>("SELECT id FROM traces WHERE status_message LIKE '%4711%'");
      expect(await found('4711')).toContain(failed?.id);
    });

    it('%, _ and backslashes are plain text', async () => {
      expect(await found('%')).toEqual([]);
      expect(await found('refun_')).toEqual([]);
      expect(new Set(await found('\\'))).toEqual(holding('\\'));
    });

    it('are searched only in the newest inputs and outputs if there are many, and the answer says that', async () => {
      expect((await ask<'traces'>('traces?q=annual')).searched).toBeNull();
      await run(
        `INSERT INTO traces(id, name, tool, started_us, duration_us, updated_at)
         WITH RECURSIVE n(at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM n WHERE at < 2000)
         SELECT 'many-' || at, 'many', 'many', ? + at, 1, 0 FROM n`,
        NOW * 1000,
      );
      expect((await ask<'traces'>('traces?q=annual')).searched).toBe(2000);
      expect((await ask<'traces'>('traces?q=annual&tool=search_notes')).searched).toBeNull();
      expect((await ask<'traces'>('traces')).searched).toBeNull();
      await run("DELETE FROM traces WHERE tool = 'many'");
    });

    it('and a filter are combined', async () => {
      const rows = await every('q=annual&tool=search_notes');
      expect(rows.every((row) => row.tool === 'search_notes')).toBe(true);
      expect(new Set(rows.map((row) => row.id))).toEqual(
        new Set(
          (await every('tool=search_notes')).map((row) => row.id).filter((id) => holding('annual').has(id)),
        ),
      );
    });
  });

  describe('one trace', () => {
    it("shows parents before children, scores, and the agent's side of it", async () => {
      const [linked] = db.all<{ id: string; loom_session_id: string }>(
        `SELECT t.id, t.loom_session_id FROM traces t JOIN scores s ON s.trace_id = t.id
         WHERE t.loom_session_id IS NOT NULL LIMIT 1`,
      );
      const view = await ask<'traces/:id'>(`traces/${linked?.id}`);
      expect(view.observations[0]?.parentId).toBeNull();
      expect(view.input).toEqual(view.observations[0]?.input);
      expect(view.scores).toHaveLength(1);
      expect(view.loom).toMatchObject({ basis: 'tool and moment', session: { id: linked?.loom_session_id } });
      expect(view.loom?.issue?.id ?? null).toBe(view.loom?.session.issueId);
    });

    it('has the input and output of its root, even below a span of the platform', async () => {
      await run(
        "INSERT INTO traces(id, name, tool, root_id, started_us, updated_at) VALUES ('below', 'b', 'b', 'root', 1, 0)",
      );
      for (const [id, parent, isRoot, at] of [
        ['root', 'the platform', 1, 2],
        ['stray', null, 0, 1],
      ] as const) {
        await run(
          `INSERT INTO observations(trace_id, id, parent_id, is_app_root, name, started_us, source, input, output)
           VALUES ('below', ?1, ?2, ?3, ?1, ?4, 'otlp', json_array('in', ?1), json_array('out', ?1))`,
          id,
          parent,
          isRoot,
          at,
        );
      }
      expect(await ask<'traces/:id'>('traces/below')).toMatchObject({
        input: ['in', 'root'],
        output: ['out', 'root'],
      });
    });

    it('shows children of a missing parent, and a cycle of parents, once each', async () => {
      await run(
        "INSERT INTO traces(id, name, tool, started_us, updated_at) VALUES ('odd', 'odd', 'odd', 1, 0)",
      );
      for (const [id, parent, at] of [
        ['root', null, 5],
        ['late', 'root', 9],
        ['early', 'root', 6],
        ['below', 'early', 7],
        ['orphan', 'gone', 1],
        ['ring-a', 'ring-b', 2],
        ['ring-b', 'ring-a', 3],
      ] as const) {
        await run(
          "INSERT INTO observations(trace_id, id, parent_id, name, started_us, source) VALUES ('odd', ?, ?, ?, ?, 'otlp')",
          id,
          parent,
          id,
          at,
        );
      }
      const view = await ask<'traces/:id'>('traces/odd');
      expect(view.observations.map((observation) => observation.id)).toEqual([
        'orphan',
        'root',
        'early',
        'below',
        'late',
        'ring-a',
        'ring-b',
      ]);
      expect(view.loom).toBeNull();
    });
  });

  it('has the events of its spans, in the order of their times', async () => {
    const [first] = db.all<{ trace_id: string; id: string; at: number }>(
      'SELECT trace_id, id, started_us / 1000.0 AS at FROM observations LIMIT 1',
    );
    const at = first?.at ?? 0;
    await run(
      "UPDATE observations SET detail = json_set(detail, '$.wire', json(?)) WHERE trace_id = ? AND id = ?",
      JSON.stringify({
        name: 'span',
        events: [
          { name: 'exception', atMs: at + 5, attributes: { 'exception.type': 'TypeError' } },
          { name: 'notifications/progress', atMs: at + 2, attributes: {} },
          { name: 'no time', atMs: 0, attributes: null },
        ],
      }),
      first?.trace_id,
      first?.id,
    );
    const { observations } = await ask<'traces/:id'>(`traces/${first?.trace_id}`);
    expect(observations.find(({ id }) => id === first?.id)?.events).toEqual([
      { name: 'no time', at, attributes: {} },
      { name: 'notifications/progress', at: at + 2, attributes: {} },
      { name: 'exception', at: at + 5, attributes: { 'exception.type': 'TypeError' } },
    ]);
  });
});
