import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { MemoryTraceStore } from '../../../packages/loom/src/receiver/store.js';
import type { Arrivals, ReceivedSpan } from '../../../packages/loom/src/receiver/trace.js';
import { all, get, traceOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { exportOf, ROOT_ID, type SpanOptions, span, TRACE_ID } from './exports.js';

const START = 1_763_800_000_000;
const spans = (...options: SpanOptions[]): Arrivals => ({
  spans: decodeExport(exportOf(...options.map(span))),
});
const id = (n: number) => n.toString(16).padStart(16, '0');

/**
 * Spans of two traces, some of them roots, app roots or each other's parents, in a few requests, some
 * repeated.
 */
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

function flat(
  observations: readonly (Omit<ReceivedSpan, 'trace'> & { children: readonly unknown[] })[],
): Omit<ReceivedSpan, 'trace'>[] {
  return observations.flatMap((of) => [of, ...flat(of.children as typeof observations)]);
}

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());
  const add = (arrivals: Arrivals) => home.add(arrivals, START);
  const row = (traceId = TRACE_ID) => get(home, 'SELECT * FROM traces WHERE id = ?', traceId);

  describe('the row of a trace', () => {
    const atlas = {
      'langfuse.trace.metadata.touchpoint.mcp_server': 'calculator',
      'langfuse.trace.metadata.ai_task.skill': 'add',
      'langfuse.observation.metadata.ai_task.type': 'transform',
    };

    it('has the sums of its observations, children before the root', async () => {
      await add(
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
              'langfuse.observation.model.name': 'unknown-model',
              'langfuse.observation.usage_details': { input: 10 },
            },
          },
        ),
      );
      expect(await row()).toMatchObject({ name: 'llm', duration_us: null, root_id: null, observations: 2 });
      await add(
        spans({
          name: 'calculator:add',
          durationMs: 20,
          status: { code: 2, message: 'boom' },
          attributes: { ...atlas, 'session.id': 's1', 'user.id': 'u1', 'langfuse.environment': 'test' },
        }),
      );
      expect(await row()).toMatchObject({
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
      expect(await all(home, 'SELECT dimension, term FROM trace_atlas ORDER BY dimension')).toEqual([
        { dimension: 'ai_task.skill', term: 'add' },
        { dimension: 'ai_task.type', term: 'transform' },
        { dimension: 'touchpoint.mcp_server', term: 'calculator' },
      ]);
    });

    it.each(['metadata', 'attributes'])(
      'has the request, its error and its caller, from %s',
      async (where) => {
        const prefix = where === 'metadata' ? 'langfuse.observation.metadata.' : '';
        const said = (entries: Record<string, string>) =>
          Object.fromEntries(Object.entries(entries).map(([key, value]) => [prefix + key, value]));
        const failed = { code: 2, message: 'no' };
        await add(
          spans({
            spanId: id(2),
            parentSpanId: ROOT_ID,
            status: failed,
            attributes: said({ 'error.type': 'timeout', 'mcp.client.name': 'not the root’s' }),
          }),
        );
        expect(await row()).toMatchObject({ method: null, error_type: 'timeout', client_name: null });
        await add(
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
        expect(await row()).toMatchObject({
          method: 'tools/call',
          error_type: 'upstream_5xx',
          client_name: 'claude-code',
          client_version: '2.1.197',
        });
      },
    );

    it('has the reported cost, also $0, and not the list price', async () => {
      const generation = (spanId: string, cost: unknown, usage: unknown): SpanOptions => ({
        spanId,
        attributes: {
          'langfuse.observation.model.name': 'known',
          ...(cost ? { 'langfuse.observation.cost_details': cost } : {}),
          ...(usage ? { 'langfuse.observation.usage_details': usage } : {}),
        },
      });
      await add(
        spans(
          generation(id(1), { total: 0 }, { input: 5 }),
          generation(id(2), { input: 0.5, output: 0.25 }, { input: 5 }),
          generation(id(3), undefined, undefined),
          generation(id(4), { total: -1 }, { total: 8 }),
          generation(id(5), { total: 1e300 }, { input: 1e300 }),
          generation(id(6), undefined, { input: 0, output: 0, total: 8 }),
        ),
      );
      expect(
        await all(home, 'SELECT cost_micros, cost_basis, total_tokens FROM observations ORDER BY id'),
      ).toEqual([
        { cost_micros: 0, cost_basis: 'reported', total_tokens: 5 },
        { cost_micros: 750_000, cost_basis: 'reported', total_tokens: 5 },
        { cost_micros: null, cost_basis: null, total_tokens: null },
        { cost_micros: null, cost_basis: 'unpriced', total_tokens: 8 },
        { cost_micros: null, cost_basis: null, total_tokens: null },
        { cost_micros: null, cost_basis: 'unpriced', total_tokens: 8 },
      ]);
    });

    it('counts a span once that arrives twice, and records that', async () => {
      const failed = {
        status: { code: 2 },
        attributes: { 'langfuse.observation.metadata.ai_task.type': 'route' },
      };
      await add(spans(failed));
      await add(spans({ attributes: atlas }));
      expect(await row()).toMatchObject({ observations: 1, errors: 0, failed: 0 });
      expect((await traceOf(home, TRACE_ID))?.duplicates).toEqual([ROOT_ID]);
      expect(await all(home, "SELECT term FROM trace_atlas WHERE dimension = 'ai_task.type'")).toEqual([
        { term: 'transform' },
      ]);
    });
  });

  it('equals the one in memory, with correct sums, whatever the order of spans', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (requests) => {
        await home.batch([{ sql: 'DELETE FROM traces' }, { sql: 'DELETE FROM observations' }]);
        const memory = new MemoryTraceStore();
        for (const request of requests) {
          const exported = decodeExport(
            exportOf(
              ...request.map((of) =>
                span({
                  traceId: String(of.trace + 1).repeat(32),
                  spanId: id(of.span + 1),
                  // Never a cycle: a parent has a lower number, or does not arrive.
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
          await add({ spans: exported });
        }
        for (const trace of memory.traces()) {
          const kept = await traceOf(home, trace.id);
          // A server does not count an identical copy, because clients send again if they are not sure.
          const twice = (of: readonly string[] = []) => (home.kind === 'laptop' ? of.toSorted() : []);
          expect({ ...kept, duplicates: twice(kept?.duplicates) }).toEqual({
            ...trace,
            duplicates: twice(trace.duplicates),
          });
          const every = flat(trace.observations);
          expect(await row(trace.id)).toMatchObject({
            name: trace.name,
            root_id: trace.root?.id ?? null,
            session_id: trace.sessionId,
            started_us:
              (trace.root ? trace.startMs : Math.min(...every.map(({ startMs }) => startMs))) * 1000,
            duration_us: trace.root ? trace.durationMs * 1000 : null,
            observations: every.length,
            errors: every.filter(({ level }) => level === 'ERROR').length,
            generations: every.filter(({ model }) => model !== null).length,
            tokens: every.reduce((sum, { usage }) => sum + (usage?.input ?? 0), 0),
          });
        }
      }),
      { numRuns: home.kind === 'laptop' ? 150 : 50, endOnFailure: home.kind === 'server' },
    );
  });

  describe('the agent session of a trace', () => {
    const session = (of: string, source: string) =>
      all(
        home,
        `INSERT INTO sessions(id, agent, source, source_session_id, started_at, last_seen_at)
         VALUES (?, 'claude-code', 'transcript', ?, ?, ?)`,
        of,
        source,
        START,
        START,
      );
    const toolCall = (of: string, startedAt: number, name = 'mcp__my_calc__add') =>
      all(
        home,
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
    const linked = async () => {
      const { loom_session_id, loom_basis } = (await row()) ?? {};
      return [loom_session_id, loom_basis];
    };

    it.each(['ses-1', 'claude-1'])(
      'is found by its id, Loom’s own or the agent’s (%s)',
      async (sessionId) => {
        await session('ses-1', 'claude-1');
        await add(spans({ attributes: { 'session.id': sessionId } }));
        expect(await linked()).toEqual(['ses-1', 'session id']);
      },
    );

    it('is the one that called the tool at that moment', async () => {
      await session('ses-1', 'claude-1');
      await session('ses-2', 'claude-2');
      await toolCall('ses-1', START - 200);
      await toolCall('ses-2', START - 60_000);
      await toolCall('ses-2', START, 'mcp__other__add');
      await add(spans(call));
      expect(await linked()).toEqual(['ses-1', 'tool and moment']);
    });

    it('is unknown if two sessions called it', async () => {
      await session('ses-1', 'claude-1');
      await session('ses-2', 'claude-2');
      await toolCall('ses-1', START - 200);
      await toolCall('ses-2', START);
      await add(spans(call));
      expect(await linked()).toEqual([null, null]);
    });

    describe('is the one whose call the trace names', () => {
      const named = (toolUseId: string, options: SpanOptions = {}): SpanOptions => ({
        ...options,
        attributes: { ...call.attributes, ...options.attributes, 'mcp.tool_use_id': toolUseId },
      });
      const callOf = (of: string, toolUseId: string, startedAt = START - 200) =>
        all(
          home,
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
      ])('%s, even if another called the tool at that moment', async (_how, with_) => {
        await session('ses-1', 'claude-1');
        await session('ses-2', 'claude-2');
        await callOf('ses-1', 'toolu_01Ab', START - 3_600_000);
        await callOf('ses-2', 'toolu_02Cd');
        await add(spans(with_('toolu_01Ab')));
        expect(await linked()).toEqual(['ses-1', null]);
      });

      it('also if the transcript is read after the trace arrived', async () => {
        await session('ses-1', 'claude-1');
        await session('ses-2', 'claude-2');
        await toolCall('ses-2', START - 200);
        await add(spans(named('toolu_01Ab')));
        // Another call of that moment is not the one in the trace.
        expect(await home.link(['ses-2'])).toBe(0);
        expect(await linked()).toEqual([null, null]);
        await callOf('ses-1', 'toolu_01Ab', START - 3_600_000);
        expect(await home.link(['ses-1'])).toBe(1);
        expect(await linked()).toEqual(['ses-1', null]);
        expect(await home.link(['ses-1', 'ses-2'])).toBe(0);
      });

      it('also if the session’s id had another result, or a moment before the root arrived', async () => {
        await session('ses-1', 'claude-1');
        await session('ses-2', 'claude-2');
        await toolCall('ses-2', START - 200);
        await add(spans(named('toolu_01Ab', { attributes: { 'session.id': 'claude-2' } })));
        expect(await linked()).toEqual(['ses-2', 'session id']);
        await callOf('ses-1', 'toolu_01Ab');
        expect(await home.link(['ses-1'])).toBe(1);
        expect(await linked()).toEqual(['ses-1', null]);

        const other = 'b'.repeat(32);
        await add(spans({ ...call, traceId: other, spanId: id(7) }));
        await add(spans(named('toolu_01Ab', { traceId: other, spanId: id(8), parentSpanId: id(7) })));
        expect(await row(other)).toMatchObject({ loom_session_id: 'ses-1', loom_basis: null });
      });
    });

    it('is found when the transcript is read after the trace arrived', async () => {
      await add(spans(call));
      await add(spans({ traceId: 'a'.repeat(32), attributes: { 'session.id': 'claude-1' } }));
      await session('ses-1', 'claude-1');
      await toolCall('ses-1', START - 200);
      expect(await home.link(['ses-1'])).toBe(2);
      expect(await linked()).toEqual(['ses-1', 'tool and moment']);
      expect(await row('a'.repeat(32))).toMatchObject({ loom_session_id: 'ses-1', loom_basis: 'session id' });
    });
  });
});
