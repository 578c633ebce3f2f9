import {
  createGeneration,
  createSpan,
  createTrace,
  logEvent,
  recordScore,
} from '@create-something/observability';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultsOfScore, faultsOfTraces } from './support/contract.js';
import { observed } from './support/observed.js';

const on = observed({ environment: 'test', release: '1.2.3', scores: ['success', 'latency'] });

const fields = fc.record(
  {
    input: fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    }),
    output: fc.anything(),
    metadata: fc.dictionary(fc.string(), fc.anything()),
    level: fc.constantFrom('DEBUG', 'DEFAULT', 'WARNING', 'ERROR'),
    statusMessage: fc.string(),
    model: fc.string(),
    modelParameters: fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.string())),
    usage: fc.record(
      { input: fc.nat(), output: fc.nat(), total: fc.nat(), unit: fc.constant('TOKENS') },
      { requiredKeys: [] },
    ),
    cost: fc.double({ min: 0, max: 10, noNaN: true }),
    completionStartTime: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
  },
  { requiredKeys: [] },
);
const step = fc.record({
  kind: fc.constantFrom('span', 'generation', 'event', 'score'),
  name: fc.string(),
  under: fc.nat(5),
  fields,
  ends: fc.boolean(),
});
const plan = fc.record({
  name: fc.string(),
  fields,
  userId: fc.option(fc.string(), { nil: undefined }),
  tags: fc.option(fc.array(fc.string()), { nil: undefined }),
  parent: fc.option(fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'), {
    nil: undefined,
  }),
  steps: fc.array(step, { maxLength: 8 }),
  how: fc.constantFrom('end', 'run', 'throw'),
});

test('any recorded data is sent according to the rules of the server', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ name, fields, userId, tags, parent, steps, how }) => {
      const trace = createTrace({
        ...fields,
        name,
        userId,
        tags,
        context: { _meta: { traceparent: parent } },
      } as never);
      const work = () => {
        const open: Parameters<typeof createSpan>[0][] = [trace];
        for (const { kind, name, under, fields, ends } of steps) {
          const at = open[under % open.length];
          if (kind === 'event') logEvent(at, { ...(fields as object), name });
          if (kind === 'score') recordScore(trace, { name, value: under });
          if (kind === 'span' || kind === 'generation') {
            const start = kind === 'span' ? createSpan : createGeneration;
            const span = start(at, { ...(fields as object), name });
            open.push(span);
            if (ends) span.end(fields.output, fields.usage);
          }
        }
        if (how === 'throw') throw new Error(name);
      };
      try {
        if (how === 'end') work();
        if (how !== 'end') trace.run(work);
      } catch {}
      trace.end();
      await on.spans();
      const requests = on.langfuse.received.splice(0);
      expect(requests.length).toBeGreaterThan(0);
      for (const { path, body, headers } of requests) {
        expect(headers).toMatchObject({
          'content-type': 'application/json',
          authorization: `Basic ${btoa('pk-lf-test:sk-lf-test')}`,
          'x-langfuse-ingestion-version': '4',
        });
        expect(['/api/public/otel/v1/traces', '/api/public/scores']).toContain(path);
        expect(path.endsWith('scores') ? faultsOfScore(body) : faultsOfTraces(body)).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

test('every span has the trace’s fields, and its own override them', async () => {
  createTrace({
    name: 'root',
    userId: 'ann',
    sessionId: 's1',
    tags: ['t'],
    metadata: { 'ai_task.type': 'orchestrate', 'touchpoint.type': 'mcp_server', budget: 5 },
  }).run((trace) => {
    createSpan(trace, { name: 'plain' }).end();
    createGeneration(trace, { name: 'answer', model: 'm', cost: 0.01 }).end('x', { input: 1, output: 2 });
  });
  const [plain, answer, root] = await on.spans();
  for (const span of [plain, answer, root]) {
    expect(span?.attributes).toMatchObject({
      'langfuse.trace.name': 'root',
      'user.id': 'ann',
      'session.id': 's1',
      'langfuse.trace.tags': ['t'],
      'langfuse.environment': 'test',
      'langfuse.release': '1.2.3',
      'langfuse.trace.metadata.budget': 5,
    });
  }
  expect(plain?.attributes['langfuse.trace.metadata.ai_task.type']).toBe('orchestrate');
  // The server prefers the trace's metadata. If both were sent, the cost of all `generate` tasks would be 0.
  expect(answer?.attributes).not.toHaveProperty('langfuse.trace.metadata.ai_task.type');
  expect(answer?.attributes['langfuse.observation.metadata.ai_task.type']).toBe('generate');
  expect(answer?.attributes['langfuse.observation.cost_details']).toBe('{"total":0.01}');
  expect(root?.attributes['langfuse.observation.type']).toBe('tool');
});

test('under a caller, our root is marked as a root', async () => {
  const context = { _meta: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } };
  createTrace({ name: 'called', context }).run((trace) => createSpan(trace, { name: 'child' }).end());
  const [child, root] = await on.spans();
  expect(root).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    attributes: { 'langfuse.internal.is_app_root': true },
  });
  expect(child).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  expect(child?.attributes).not.toHaveProperty('langfuse.internal.is_app_root');
});

test.each([
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-01',
  'x'.repeat(100_000),
  42,
])('an invalid traceparent is ignored: %s', async (traceparent) => {
  createTrace({ name: 'x', context: { _meta: { traceparent } } }).end();
  const [span] = await on.spans();
  expect(span?.parentSpanId).toBeUndefined();
  expect(span?.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
});
