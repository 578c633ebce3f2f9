import { expect, test } from 'vitest';
import { startLangfuse } from './support/langfuse.js';
import { newestWorkerd, startWorker } from './support/worker.js';

const SOURCE = `
import { createTrace, createSpan } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
export default {
  async fetch(request) {
    const traceparent = request.headers.get('x-parent') ?? undefined;
    const fail = new URL(request.url).pathname === '/fail';
    const options = { name: 'calculator:add', metadata: mcpToolMetadata('calculator', 'add'), context: { _meta: { traceparent } } };
    try {
      return await createTrace(options).run(async (trace) => {
        await createSpan(trace, { name: 'inner step' }).run(() => scheduler.wait(1));
        if (fail) throw new Error('sk-0123456789abcdef is wrong');
        return new Response('ok');
      });
    } catch (error) {
      return new Response(error.message);
    }
  },
};`;

/** Cloudflare's own view of the requests: a streaming tail Worker, which is what its trace view is fed from. */
const TAIL = `
export default {
  tailStream(onset, env) {
    const events = [onset];
    return async (event) => {
      events.push(event);
      if (event.event.type === 'outcome') {
        await fetch(env.SINK + '/tail', { method: 'POST', body: JSON.stringify(events, (_, v) => (typeof v === 'bigint' ? Number(v) : v)) });
      }
    };
  },
};`;

const FLAGS = ['streaming_tail_worker'];
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

interface TailEvent {
  event: {
    type: string;
    name?: string;
    info?: { name: string; value: unknown }[];
    spanId: string;
    outcome?: string;
  };
  spanContext: { traceId: string; spanId: string };
}

async function run(
  workerd: string | undefined,
  paths: [string, Record<string, string>][],
  traced = true,
  env = {},
) {
  const langfuse = await startLangfuse();
  const tails = traced ? { compatibilityFlags: FLAGS, streamingTails: ['tail'] } : {};
  const worker = await startWorker(SOURCE, {
    workerd,
    bindings: { ...langfuse.keys(), ...env },
    ...tails,
    ...(traced && {
      beside: {
        tail: {
          source: TAIL,
          bindings: { SINK: langfuse.url },
          compatibilityFlags: [...FLAGS, 'experimental'],
        },
      },
    }),
  });
  const answers: string[] = [];
  for (const [path, headers] of paths) {
    const response = await worker.miniflare.dispatchFetch(`http://worker.test${path}`, { headers });
    answers.push(await response.text());
  }
  /** The events of so many requests. */
  const tail = async (requests: number): Promise<TailEvent[]> => {
    const arrived = () => langfuse.received.filter(({ path }) => path === '/tail');
    await langfuse.until(() => arrived().length === requests);
    return arrived().flatMap(({ body }) => body);
  };
  return { langfuse, answers, tail, close: () => Promise.all([worker.close(), langfuse.close()]) };
}

test("on wrangler's workerd a span opens in Cloudflare's trace, with the Atlas in it", async () => {
  const { langfuse, answers, tail, close } = await run(undefined, [['/', {}]]);
  expect(answers).toEqual(['ok']);
  await langfuse.until(() => langfuse.spans().length === 2);
  const events = await tail(1);
  expect(events.flatMap(({ event }) => (event.type === 'spanOpen' ? event.name : []))).toContain(
    'calculator:add',
  );
  const attributes = events.flatMap(({ event }) => (event.type === 'attributes' ? (event.info ?? []) : []));
  expect(attributes).toContainEqual({ name: 'touchpoint.mcp_server', value: 'calculator' });
  expect(attributes).toContainEqual({ name: 'langfuse.trace.id', value: langfuse.spans()[0]?.traceId });
  await close();
});

const newest = newestWorkerd();

test.skipIf(!newest)(
  'on the newest workerd one id opens the trace in Cloudflare and in Langfuse',
  async () => {
    const { langfuse, answers, tail, close } = await run(newest, [
      ['/', {}],
      ['/fail', {}],
      ['/', { 'x-parent': PARENT }],
    ]);
    expect(answers).toEqual(['ok', 'sk-0123456789abcdef is wrong', 'ok']);
    await langfuse.until(() => langfuse.spans().length === 6);
    const events = await tail(3);
    const native = [...new Set(events.map(({ spanContext }) => spanContext.traceId))];
    const roots = langfuse.spans().filter(({ name }) => name === 'calculator:add');
    const called = roots.find(({ parentSpanId }) => parentSpanId);
    expect(called).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      attributes: { 'langfuse.trace.metadata.cloudflare.trace_id': expect.any(String) },
    });
    const ids = roots.map((root) =>
      String(root.attributes['langfuse.trace.metadata.cloudflare.trace_id'] ?? root.traceId),
    );
    expect(new Set(ids)).toEqual(new Set(native));
    const failed = JSON.stringify(events.filter(({ spanContext }) => spanContext.traceId === ids[1]));
    expect(failed).toContain('[masked] is wrong');
    expect(failed).not.toContain('sk-0123456789abcdef');
    await close();
  },
);

test.skipIf(!newest)(
  'what Cloudflare does not trace gets an id of our own, or is left out if that is asked',
  async () => {
    const { langfuse, close } = await run(newest, [['/', {}]], false);
    await langfuse.until(() => langfuse.spans().length === 2);
    expect(langfuse.spans()[0]?.traceId).toMatch(/^(?!0+$)[\da-f]{32}$/);
    await close();

    const untraced = await run(newest, [['/', {}]], false, { LANGFUSE_SAMPLE_RATE: 'cloudflare' });
    expect(untraced.answers).toEqual(['ok']);
    expect(untraced.langfuse.received).toEqual([]);
    await untraced.close();

    const traced = await run(newest, [['/', {}]], true, { LANGFUSE_SAMPLE_RATE: 'cloudflare' });
    await traced.langfuse.until(() => traced.langfuse.spans().length === 2);
    await traced.close();
  },
);
