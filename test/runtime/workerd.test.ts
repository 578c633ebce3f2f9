import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Langfuse, startLangfuse } from './support/langfuse.js';
import { newestWorkerd, startWorker } from './support/worker.js';

const SOURCE = `
import { createTrace, createSpan, createGeneration } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
const tool = (fail) => createTrace({
  name: 'calculator:add', input: { a: 1, b: 2 }, metadata: mcpToolMetadata('calculator', 'add', 'transform'),
}).run(async (trace) => {
  const span = createSpan(trace, { name: 'look up' });
  await scheduler.wait(1);
  span.end('found');
  createGeneration(trace, { name: 'answer', model: 'm' }).end('text', { input: 1, output: 2 });
  if (fail === 'throw') throw new TypeError('no such number');
  if (fail === 'isError') return { isError: true, content: [{ type: 'text', text: 'bad input' }] };
  return { content: [{ type: 'text', text: '3' }] };
});
export default {
  async fetch(request) {
    try {
      return Response.json(await tool(new URL(request.url).pathname.slice(1)));
    } catch (error) {
      return new Response(error.name + ': ' + error.message, { status: 500 });
    }
  },
};`;

let langfuse: Langfuse;
beforeAll(async () => {
  langfuse = await startLangfuse();
});
beforeEach(() => langfuse.received.splice(0));
afterAll(() => langfuse.close());

const newest = newestWorkerd();

describe.each<[string, string[], string?]>([
  ['2024-01-01', []],
  ['2024-01-01', ['nodejs_compat']],
  ['2025-04-01', ['nodejs_compat']],
  ['2026-04-26', []],
  // nodejs_compat is the default by then.
  ...(newest ? [['2026-11-01', [], newest] satisfies [string, string[], string]] : []),
])('workerd at %s with flags %j', (compatibilityDate, compatibilityFlags, workerd) => {
  let worker: Awaited<ReturnType<typeof startWorker>>;
  beforeAll(async () => {
    worker = await startWorker(SOURCE, {
      compatibilityDate,
      compatibilityFlags,
      workerd,
      bindings: { ...langfuse.keys(), LANGFUSE_SCORES: 'success' },
    });
  });
  afterAll(() => worker.close());

  test('a call becomes one export with the tree in it', async () => {
    expect(await worker.get('/')).toBe('{"content":[{"type":"text","text":"3"}]}');
    // Wait for the score too: it is a separate request, and would otherwise count in the next test.
    await langfuse.until(() => langfuse.spans().length === 3 && langfuse.scores().length === 1);
    expect(langfuse.received.filter(({ path }) => path.endsWith('traces'))).toHaveLength(1);
    const root = langfuse.spans().find((span) => !span.parentSpanId);
    expect(root).toMatchObject({
      name: 'calculator:add',
      attributes: {
        'langfuse.observation.type': 'tool',
        'langfuse.observation.input': '{"a":1,"b":2}',
        'langfuse.observation.output': '{"content":[{"type":"text","text":"3"}]}',
      },
    });
    const children = langfuse.spans().filter((span) => span.parentSpanId === root?.spanId);
    expect(children.map(({ name }) => name)).toEqual(['look up', 'answer']);
  });

  test.each([
    ['throw', 'TypeError: no such number', 'no such number'],
    ['isError', '{"isError":true,"content":[{"type":"text","text":"bad input"}]}', 'bad input'],
  ])(
    'a failure by %s reaches the caller unchanged, and is marked in the trace',
    async (how, answer, message) => {
      expect(await worker.get(`/${how}`)).toBe(answer);
      await langfuse.until(() => langfuse.spans().length === 3 && langfuse.scores().length === 1);
      const root = langfuse.spans().find((span) => !span.parentSpanId);
      expect(root?.attributes).toMatchObject({
        'langfuse.observation.level': 'ERROR',
        'langfuse.observation.status_message': message,
      });
      expect(langfuse.scores()).toMatchObject([
        { name: 'success', value: 0, dataType: 'BOOLEAN', traceId: root?.traceId },
      ]);
    },
  );
});
