import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { linkSessions } from '../../../packages/loom/src/receiver/sqlite/link.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import { MemoryTraceStore } from '../../../packages/loom/src/receiver/store.js';
import type { Arrivals, ReceivedSpan } from '../../../packages/loom/src/receiver/trace.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { project } from '../project.js';
import { exportOf, ROOT_ID, type SpanOptions, span, TRACE_ID } from './exports.js';

const START = 1_763_800_000_000;
/** $1 for each token that goes in, where the model is known. */
const pricer = (call: { model: string; input_tokens: number }) =>
  call.model === 'known'
    ? { micros: call.input_tokens * 1e6, version: 'test' }
    : { micros: null, version: null };

function opened(options: Partial<ConstructorParameters<typeof SqliteTraceStore>[1]> = {}) {
  const { db } = project();
  return { db, store: new SqliteTraceStore(db, { pricer, now: () => START, ...options }) };
}

const spans = (...options: SpanOptions[]): Arrivals => ({
  spans: decodeExport(exportOf(...options.map(span))),
});
const id = (n: number) => n.toString(16).padStart(16, '0');
const row = (db: Database, traceId = TRACE_ID) =>
  db.get<Record<string, unknown>>('SELECT * FROM traces WHERE id = ?', traceId);

describe('the row of a trace', () => {
  const atlas = {
    'langfuse.trace.metadata.touchpoint.mcp_server': 'calculator',
    'langfuse.trace.metadata.ai_task.skill': 'add',
    'langfuse.observation.metadata.ai_task.type': 'transform',
  };

  it('says what its observations sum up to, children before the root', () => {
    const { db, store } = opened();
    store.add(
      spans(
        {
          spanId: id(2),
          parentSpanId: ROOT_ID,
          name: 'llm',
          durationMs: 5,
          attributes: {
            'langfuse.observation.type': 'generation',
            'langfuse.observation.model.name': 'known',
            'langfuse.observation.usage_details': { input: 3, output: 4 },
          },
        },
        {
          spanId: id(3),
          parentSpanId: ROOT_ID,
          name: 'llm 2',
          attributes: {
            'langfuse.observation.type': 'generation',
            'langfuse.observation.model.name': 'never heard of',
            'langfuse.observation.usage_details': { input: 10 },
          },
        },
      ),
    );
    expect(row(db)).toMatchObject({ name: 'llm', duration_us: null, root_id: null, observations: 2 });
    store.add(
      spans({
        name: 'calculator:add',
        durationMs: 20,
        status: { code: 2, message: 'boom' },
        attributes: { ...atlas, 'session.id': 's1', 'user.id': 'u1', 'langfuse.environment': 'test' },
      }),
    );
    expect(row(db)).toMatchObject({
      seq: 1,
      name: 'calculator:add',
      server: 'calculator',
      tool: 'add',
      failed: 1,
      errors: 1,
      status_message: 'boom',
      started_us: START * 1000,
      duration_us: 20_000,
      root_id: ROOT_ID,
      session_id: 's1',
      user_id: 'u1',
      environment: 'test',
      observations: 3,
      generations: 2,
      tokens: 17,
      cost_micros: 3e6,
      unpriced: 1,
      loom_session_id: null,
    });
    expect(db.all('SELECT dimension, term FROM trace_atlas ORDER BY dimension')).toEqual([
      { dimension: 'ai_task.skill', term: 'add' },
      { dimension: 'ai_task.type', term: 'transform' },
      { dimension: 'touchpoint.mcp_server', term: 'calculator' },
    ]);
  });

  it.each(['metadata', 'attributes'])('says the request, its error and its caller, from %s', (where) => {
    const { db, store } = opened();
    const prefix = where === 'metadata' ? 'langfuse.observation.metadata.' : '';
    const said = (entries: Record<string, string>) =>
      Object.fromEntries(Object.entries(entries).map(([key, value]) => [prefix + key, value]));
    const failed = { code: 2, message: 'no' };
    store.add(
      spans({
        spanId: id(2),
        parentSpanId: ROOT_ID,
        status: failed,
        attributes: said({ 'error.type': 'timeout', 'mcp.client.name': 'not the root’s' }),
      }),
    );
    expect(row(db)).toMatchObject({ method: null, error_type: 'timeout', client_name: null });
    store.add(
      spans({
        status: failed,
        attributes: said({
          'mcp.method.name': 'tools/call',
          'error.type': 'upstream_5xx',
          'mcp.client.name': 'claude-code',
          'mcp.client.version': '2.1.197',
        }),
      }),
    );
    expect(row(db)).toMatchObject({
      method: 'tools/call',
      error_type: 'upstream_5xx',
      client_name: 'claude-code',
      client_version: '2.1.197',
    });
  });

  it('takes the cost that was reported, also $0, before any list price', () => {
    const { db, store } = opened();
    const generation = (spanId: string, cost: unknown, usage: unknown): SpanOptions => ({
      spanId,
      attributes: {
        'langfuse.observation.model.name': 'known',
        ...(cost ? { 'langfuse.observation.cost_details': cost } : {}),
        ...(usage ? { 'langfuse.observation.usage_details': usage } : {}),
      },
    });
    store.add(
      spans(
        generation(id(1), { total: 0 }, { input: 5 }),
        generation(id(2), { input: 0.5, output: 0.25 }, { input: 5 }),
        generation(id(3), undefined, undefined),
        generation(id(4), { total: -1 }, { total: 8 }),
        generation(id(5), { total: 1e300 }, { input: 1e300 }),
        generation(id(6), undefined, { input: 0, output: 0, total: 8 }),
      ),
    );
    expect(db.all('SELECT cost_micros, cost_basis, total_tokens FROM observations ORDER BY id')).toEqual([
      { cost_micros: 0, cost_basis: 'reported', total_tokens: 5 },
      { cost_micros: 750_000, cost_basis: 'reported', total_tokens: 5 },
      { cost_micros: null, cost_basis: null, total_tokens: null },
      { cost_micros: null, cost_basis: 'unpriced', total_tokens: 8 },
      { cost_micros: null, cost_basis: null, total_tokens: null },
      { cost_micros: null, cost_basis: 'unpriced', total_tokens: 8 },
    ]);
  });

  it('counts a span once that comes twice, and says that it came twice', () => {
    const { db, store } = opened();
    const failed = {
      status: { code: 2 },
      attributes: { 'langfuse.observation.metadata.ai_task.type': 'route' },
    };
    store.add(spans(failed));
    store.add(spans({ attributes: atlas }));
    expect(row(db)).toMatchObject({ observations: 1, errors: 0, failed: 0 });
    expect(store.trace(TRACE_ID)?.duplicates).toEqual([ROOT_ID]);
    expect(db.all("SELECT term FROM trace_atlas WHERE dimension = 'ai_task.type'")).toEqual([
      { term: 'transform' },
    ]);
  });
});

/** Spans of two traces, some of them roots, app roots or each other's parents, in a few requests, some twice. */
const arrivals = fc.array(
  fc.array(
    fc.record({
      trace: fc.nat(1),
      span: fc.nat(5),
      parent: fc.option(fc.nat(6), { nil: undefined }),
      start: fc.nat(5),
      durationMs: fc.nat(9),
      failed: fc.boolean(),
      appRoot: fc.boolean(),
      session: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      usage: fc.option(fc.nat(9), { nil: undefined }),
      value: fc.option(fc.jsonValue(), { nil: undefined }),
    }),
    { maxLength: 6 },
  ),
  { maxLength: 4 },
);

it('gives back what memory gives back, and sums that hold, in whatever order spans come', () => {
  const { db } = project();
  fc.assert(
    fc.property(arrivals, (requests) => {
      db.exec('DELETE FROM traces; DELETE FROM observations');
      const memory = new MemoryTraceStore();
      const sqlite = new SqliteTraceStore(db, { pricer, now: () => START });
      for (const request of requests) {
        const exported = decodeExport(
          exportOf(
            ...request.map((of) =>
              span({
                traceId: String(of.trace + 1).repeat(32),
                spanId: id(of.span + 1),
                // Never a ring: a parent has a lower number, or does not come.
                ...(of.parent === undefined
                  ? {}
                  : { parentSpanId: id(of.parent < of.span ? of.parent + 1 : 99) }),
                name: `span ${of.span}`,
                start: START + of.start,
                durationMs: of.durationMs,
                status: { code: of.failed ? 2 : 0 },
                attributes: {
                  ...(of.appRoot ? { 'langfuse.internal.is_app_root': true } : {}),
                  ...(of.session ? { 'session.id': of.session } : {}),
                  ...(of.usage === undefined
                    ? {}
                    : {
                        'langfuse.observation.model.name': 'known',
                        'langfuse.observation.usage_details': { input: of.usage },
                      }),
                  ...(of.value === undefined
                    ? {}
                    : { 'langfuse.observation.input': JSON.stringify(of.value) }),
                },
              }),
            ),
          ),
        );
        memory.add({ spans: exported });
        sqlite.add({ spans: exported });
      }
      for (const trace of memory.traces()) {
        const kept = sqlite.trace(trace.id);
        expect({ ...kept, duplicates: kept?.duplicates.toSorted() }).toEqual({
          ...trace,
          duplicates: trace.duplicates.toSorted(),
        });
        const all = flat(trace.observations);
        expect(row(db, trace.id)).toMatchObject({
          name: trace.name,
          root_id: trace.root?.id ?? null,
          session_id: trace.sessionId,
          started_us: (trace.root ? trace.startMs : Math.min(...all.map(({ startMs }) => startMs))) * 1000,
          duration_us: trace.root ? trace.durationMs * 1000 : null,
          observations: all.length,
          errors: all.filter(({ level }) => level === 'ERROR').length,
          generations: all.filter(({ model }) => model !== null).length,
          tokens: all.reduce((sum, { usage }) => sum + (usage?.input ?? 0), 0),
        });
      }
    }),
    { numRuns: 150 },
  );
});

function flat(
  observations: readonly (Omit<ReceivedSpan, 'trace'> & { children: readonly unknown[] })[],
): Omit<ReceivedSpan, 'trace'>[] {
  return observations.flatMap((of) => [of, ...flat(of.children as typeof observations)]);
}

describe('the agent session of a trace', () => {
  const session = (db: Database, of: string, source: string) =>
    db.run(
      `INSERT INTO sessions(id, agent, source, source_session_id, started_at, last_seen_at)
       VALUES (?, 'claude-code', 'transcript', ?, ?, ?)`,
      of,
      source,
      START,
      START,
    );
  const toolCall = (db: Database, of: string, startedAt: number, name = 'mcp__my_calc__add') =>
    db.run(
      'INSERT INTO tool_calls(id, session_id, name, started_at, duration_ms, ok) VALUES (?, ?, ?, ?, 500, 1)',
      `${of}-${startedAt}`,
      of,
      name,
      startedAt,
    );
  const call: SpanOptions = {
    attributes: {
      'langfuse.observation.metadata.touchpoint.mcp_server': 'my calc',
      'langfuse.observation.metadata.ai_task.skill': 'add',
    },
  };
  const linked = (db: Database) => {
    const { loom_session_id, loom_basis } = row(db) ?? {};
    return [loom_session_id, loom_basis];
  };

  it.each(['ses-1', 'claude-1'])('is known by its id, Loom’s own or the agent’s (%s)', (sessionId) => {
    const { db, store } = opened();
    session(db, 'ses-1', 'claude-1');
    store.add(spans({ attributes: { 'session.id': sessionId } }));
    expect(linked(db)).toEqual(['ses-1', 'session id']);
  });

  it('is the one that called the tool at that moment', () => {
    const { db, store } = opened();
    session(db, 'ses-1', 'claude-1');
    session(db, 'ses-2', 'claude-2');
    toolCall(db, 'ses-1', START - 200);
    toolCall(db, 'ses-2', START - 60_000);
    toolCall(db, 'ses-2', START, 'mcp__other__add');
    store.add(spans(call));
    expect(linked(db)).toEqual(['ses-1', 'tool and moment']);
  });

  it('is nobody where two called it', () => {
    const { db, store } = opened();
    session(db, 'ses-1', 'claude-1');
    session(db, 'ses-2', 'claude-2');
    toolCall(db, 'ses-1', START - 200);
    toolCall(db, 'ses-2', START);
    store.add(spans(call));
    expect(linked(db)).toEqual([null, null]);
  });

  describe('is the one whose call the trace names', () => {
    const named = (toolUseId: string, options: SpanOptions = {}): SpanOptions => ({
      ...options,
      attributes: { ...call.attributes, ...options.attributes, 'mcp.tool_use_id': toolUseId },
    });
    const callOf = (db: Database, of: string, toolUseId: string, startedAt = START - 200) =>
      db.run(
        `INSERT INTO tool_calls(id, session_id, name, started_at, duration_ms, ok)
         VALUES (?, ?, 'mcp__my_calc__add', ?, 500, 1)`,
        toolUseId,
        of,
        startedAt,
      );

    it.each([
      ['as an attribute', (toolUseId: string) => named(toolUseId)],
      [
        'as metadata',
        (toolUseId: string): SpanOptions => ({
          attributes: { ...call.attributes, 'langfuse.observation.metadata.mcp.tool_use_id': toolUseId },
        }),
      ],
    ])('%s, whoever else called the tool at that moment', (_how, with_) => {
      const { db, store } = opened();
      session(db, 'ses-1', 'claude-1');
      session(db, 'ses-2', 'claude-2');
      callOf(db, 'ses-1', 'toolu_01Ab', START - 3_600_000);
      callOf(db, 'ses-2', 'toolu_02Cd');
      store.add(spans(with_('toolu_01Ab')));
      expect(linked(db)).toEqual(['ses-1', null]);
    });

    it('also when the transcript is read after the trace has come', () => {
      const { db, store } = opened();
      session(db, 'ses-1', 'claude-1');
      session(db, 'ses-2', 'claude-2');
      toolCall(db, 'ses-2', START - 200);
      store.add(spans(named('toolu_01Ab')));
      // Another call of that moment is not the one that the trace names.
      expect(linkSessions(db, ['ses-2'])).toBe(0);
      expect(linked(db)).toEqual([null, null]);
      callOf(db, 'ses-1', 'toolu_01Ab', START - 3_600_000);
      expect(linkSessions(db, ['ses-1'])).toBe(1);
      expect(linked(db)).toEqual(['ses-1', null]);
      expect(linkSessions(db, ['ses-1', 'ses-2'])).toBe(0);
    });

    it('also where the session’s id said another, or a moment did before the root came', () => {
      const { db, store } = opened();
      session(db, 'ses-1', 'claude-1');
      session(db, 'ses-2', 'claude-2');
      toolCall(db, 'ses-2', START - 200);
      store.add(spans(named('toolu_01Ab', { attributes: { 'session.id': 'claude-2' } })));
      expect(linked(db)).toEqual(['ses-2', 'session id']);
      callOf(db, 'ses-1', 'toolu_01Ab');
      expect(linkSessions(db, ['ses-1'])).toBe(1);
      expect(linked(db)).toEqual(['ses-1', null]);

      const other = 'b'.repeat(32);
      store.add(spans({ ...call, traceId: other, spanId: id(7) }));
      store.add(spans(named('toolu_01Ab', { traceId: other, spanId: id(8), parentSpanId: id(7) })));
      expect(row(db, other)).toMatchObject({ loom_session_id: 'ses-1', loom_basis: null });
    });
  });

  it('is found when the transcript is read after the trace has come', () => {
    const { db, store } = opened();
    store.add(spans(call));
    store.add(spans({ traceId: 'a'.repeat(32), attributes: { 'session.id': 'claude-1' } }));
    session(db, 'ses-1', 'claude-1');
    toolCall(db, 'ses-1', START - 200);
    expect(linkSessions(db, ['ses-1'])).toBe(2);
    expect(linked(db)).toEqual(['ses-1', 'tool and moment']);
    expect(row(db, 'a'.repeat(32))).toMatchObject({ loom_session_id: 'ses-1', loom_basis: 'session id' });
  });
});

describe('what is kept', () => {
  const traces = (db: Database) =>
    db.all<{ id: string }>('SELECT id FROM traces ORDER BY seq').map((t) => t.id[0]);

  it('is the newest traces, with all that belongs to them', () => {
    const { db, store } = opened({ keep: { traces: 2, days: 30 } });
    for (const letter of ['a', 'b', 'c', 'd']) {
      store.add({
        ...spans({
          traceId: letter.repeat(32),
          attributes: { 'langfuse.observation.metadata.ai_task.type': 'route' },
        }),
        scores: [score(letter.repeat(32))],
      });
    }
    expect(traces(db)).toEqual(['c', 'd']);
    for (const table of ['observations', 'scores', 'trace_atlas']) {
      expect([table, db.get(`SELECT COUNT(*) AS n FROM ${table}`)]).toEqual([table, { n: 2 }]);
    }
  });

  it('is not older than so many days, and goes in small pieces', () => {
    let now = START;
    const { db, store } = opened({ keep: { traces: 1e6, days: 1 }, now: () => now });
    store.add(
      spans(...Array.from({ length: 250 }, (_, n) => ({ traceId: (n + 1).toString(16).padStart(32, '0') }))),
    );
    now += 2 * 86_400_000;
    const left: unknown[] = [];
    for (const letter of ['a', 'b', 'c']) {
      store.add(spans({ traceId: letter.repeat(32) }));
      left.push(db.get('SELECT COUNT(*) AS n FROM traces')?.n);
    }
    expect(left).toEqual([150, 50, 3]);
  });

  describe('holds what is to be forwarded', () => {
    const letters = (db: Database) => traces(db).join('');
    function filled(text: string) {
      let now = START;
      const { db, store } = opened({ keep: { traces: 3, days: 30 }, now: () => now });
      const add = (letter: string) => {
        now += 10_000;
        store.add(spans({ traceId: letter.repeat(32) }));
      };
      for (const letter of text) {
        add(letter);
      }
      return { db, store, add };
    }

    it('until it is sent, or given up', () => {
      const { db, store, add } = filled('abc');
      db.run('UPDATE observations SET sync = 0 WHERE trace_id IN (?, ?)', 'a'.repeat(32), 'b'.repeat(32));
      const [first] = new Outbox(db).claim('spans', START, 1);
      add('d');
      expect(letters(db)).toBe('abcd');
      new Outbox(db).dead(first ? [first] : [], 'refused');
      add('e');
      expect(letters(db)).toBe('bcde');
      expect(db.get('SELECT COUNT(*) AS n FROM outbox')).toEqual({ n: 0 });
      store.add({ scores: [score('d'.repeat(32))] });
      db.run('UPDATE scores SET sync = 0');
      db.run('UPDATE observations SET sync = 2');
      for (const letter of '1234') {
        add(letter);
      }
      expect(letters(db)).toBe('d234');
    });

    it('up to as many again, since the disk is not endless', () => {
      const { db, add } = filled('abc');
      for (const letter of 'def123') {
        db.run('UPDATE observations SET sync = 0');
        add(letter);
      }
      expect(letters(db)).toBe('def123');
    });
  });
});

function score(traceId: string) {
  return {
    id: `of ${traceId}`,
    name: 'quality',
    value: 1,
    dataType: null,
    comment: null,
    traceId,
    observationId: null,
    sessionId: null,
    metadata: null,
    atMs: START,
  };
}
