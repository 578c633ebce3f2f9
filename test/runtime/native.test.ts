import { expect, test } from 'vitest';
import { startLangfuse } from './support/langfuse.js';
import { newestWorkerd, startWorker } from './support/worker.js';

const SOURCE = `
import { createTrace, createSpan, createGeneration, fromPromptGet, fromResourceRead } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
/** A tool that calls a model and fails, a resource, and a prompt. */
async function every({ headers }) {
  const context = { requestId: 7, sessionId: 's-1', requestInfo: { headers } };
  const call = createTrace({ name: 'calculator:add', metadata: mcpToolMetadata('calculator', 'add'), context });
  await call.run(async (trace) => {
    const model = createGeneration(trace, { name: 'answer', model: 'm-1' });
    await model.run(async () => void model.update({ usage: { input: 3, output: 4 } }));
    return { jsonrpc: '2.0', id: 7, error: { code: -32602, message: 'a has to be a number' } };
  });
  await createTrace(fromResourceRead('calculator', { uri: 'note://1' }, context)).run(async () => ({}));
  await createTrace(fromPromptGet('calculator', { name: 'ask' }, context)).run(async () => ({}));
  return new Response('ok');
}
export default {
  async fetch(request) {
    if (new URL(request.url).pathname === '/mcp') return every(request);
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

/** Cloudflare's data about the requests: a streaming tail Worker gets the same events as its trace view. */
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
  /** The events of this number of requests. */
  const tail = async (requests: number): Promise<TailEvent[]> => {
    const arrived = () => langfuse.received.filter(({ path }) => path === '/tail');
    await langfuse.until(() => arrived().length === requests);
    return arrived().flatMap(({ body }) => body);
  };
  return { langfuse, answers, tail, close: () => Promise.all([worker.close(), langfuse.close()]) };
}

test("on wrangler's workerd a span opens in Cloudflare's trace, with the Atlas metadata", async () => {
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

test("Cloudflare's spans have the attributes of OpenTelemetry's conventions for MCP and models", async () => {
  const headers = { 'mcp-protocol-version': '2025-06-18', 'user-agent': 'probe/1' };
  const { answers, tail, close } = await run(undefined, [['/mcp', headers]]);
  expect(answers).toEqual(['ok']);
  const events = await tail(1);
  /** All attributes of the span with this attribute. */
  const spanWith = (key: string, value: unknown) => {
    const of = events.filter(({ event }) => event.type === 'attributes');
    const all = [...new Set(of.map(({ spanContext }) => spanContext.spanId))].map((id) => {
      const own = of.filter(({ spanContext }) => spanContext.spanId === id);
      return Object.fromEntries(
        own.flatMap(({ event }) => event.info ?? []).map((one) => [one.name, one.value]),
      );
    });
    return all.find((attributes) => attributes[key] === value);
  };
  const request = {
    'jsonrpc.request.id': '7',
    'mcp.session.id': 's-1',
    'mcp.protocol.version': '2025-06-18',
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
  };
  expect(spanWith('mcp.method.name', 'tools/call')).toMatchObject({
    ...request,
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'add',
    'error.type': 'invalid_arguments',
    'rpc.response.status_code': '-32602',
    'touchpoint.mcp_server': 'calculator',
  });
  expect(spanWith('mcp.method.name', 'resources/read')).toMatchObject({
    ...request,
    'mcp.resource.uri': 'note://1',
    'data_artifact.category': 'context',
  });
  expect(spanWith('mcp.method.name', 'prompts/get')).toMatchObject({
    ...request,
    'gen_ai.prompt.name': 'ask',
  });
  expect(spanWith('gen_ai.operation.name', 'chat')).toMatchObject({
    'gen_ai.request.model': 'm-1',
    'gen_ai.usage.input_tokens': 3,
    'gen_ai.usage.output_tokens': 4,
  });
  await close();
});

const newest = newestWorkerd();

test.skipIf(!newest)(
  'on the newest workerd a trace has the same id in Cloudflare and in Langfuse',
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
  'a request that Cloudflare does not trace gets a new id, or is left out on request',
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
