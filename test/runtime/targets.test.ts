import {
  createGeneration,
  createTrace,
  getClient,
  initObservability,
  recordScore,
} from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Langfuse, startLangfuse } from './support/langfuse.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
let collector: Langfuse;
let langfuse: Langfuse;
beforeAll(async () => {
  collector = await startLangfuse();
  langfuse = await startLangfuse();
});
beforeEach(() => {
  collector.received.splice(0);
  langfuse.received.splice(0);
});
afterAll(() => Promise.all([collector.close(), langfuse.close()]));

const both = () => ({
  publicKey: 'pk',
  secretKey: 'sk',
  baseUrl: langfuse.url,
  otlpEndpoint: `${collector.url}/`,
  otlpHeaders: 'x-team=blue%20team, authorization=Bearer%20abc==',
  environment: 'staging',
  release: '1.4.0',
});

function call(fail = false) {
  const context = { requestId: 7, sessionId: 's-1', _meta: { traceparent: PARENT } };
  const metadata = mcpToolMetadata('calc', 'add', 'transform');
  return createTrace({ name: 'calc:add', input: { a: 1 }, userId: 'u-1', context, metadata }).run((trace) => {
    const usage = { input: 3, output: 4, input_cached_tokens: 5 };
    createGeneration(trace, { name: 'answer', model: 'm-1', input: 'hi' }).end('hello', usage);
    recordScore(trace, { name: 'nice', value: 1 });
    return fail ? { isError: true, content: [{ text: 'no' }] } : { content: [{ text: '2' }] };
  });
}

test("a collector gets the conventions, Langfuse its own names, and neither the other's", async () => {
  initObservability(both());
  call();
  call(true);
  await getClient()?.flush();
  const [generation, root, , failed] = collector.spans();
  expect(root).toMatchObject({
    name: 'tools/call add',
    kind: 2,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    status: { code: 0 },
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'add',
      'gen_ai.tool.call.arguments': '{"a":1}',
      'jsonrpc.request.id': '7',
      'mcp.session.id': 's-1',
      'touchpoint.mcp_server': 'calc',
      'user.id': 'u-1',
      'session.id': 's-1',
    },
  });
  expect(failed).toMatchObject({
    status: { code: 2, message: 'no' },
    attributes: { 'error.type': 'tool_error' },
  });
  expect(generation).toMatchObject({
    name: 'answer',
    kind: 3,
    parentSpanId: root?.spanId,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'm-1',
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 5,
    },
  });
  expect(JSON.stringify(collector.received.map(({ body }) => body))).not.toContain('langfuse.');
  const [request] = collector.received;
  expect(request?.path).toBe('/v1/traces');
  expect(request?.headers).toMatchObject({ 'x-team': 'blue team', authorization: 'Bearer abc==' });
  expect(request?.body.resourceSpans[0].resource.attributes).toEqual([
    { key: 'service.name', value: { stringValue: 'calc' } },
    { key: 'service.version', value: { stringValue: '1.4.0' } },
    { key: 'deployment.environment.name', value: { stringValue: 'staging' } },
  ]);
  const own = langfuse.spans().find(({ name }) => name === 'calc:add');
  expect(own?.attributes).toHaveProperty(['langfuse.observation.metadata.mcp.method.name'], 'tools/call');
  // Langfuse would use it as the name of the span.
  expect(JSON.stringify(own)).not.toContain('gen_ai.tool.name');
  expect(langfuse.scores()).toHaveLength(2);
  expect(collector.scores()).toHaveLength(0);
});

test('names of members of every object are ordinary names', async () => {
  initObservability(both());
  createTrace({ name: 'odd', metadata: { valueOf: 'a', constructor: 'b' } }).run((trace) => {
    createGeneration(trace, { name: 'answer', model: 'm' }).end('x', { input: 1, constructor: 2 } as never);
  });
  await getClient()?.flush();
  const [own, other] = [langfuse, collector].map((at) => at.spans().find(({ name }) => name === 'odd'));
  expect(own?.attributes['langfuse.observation.metadata.valueOf']).toBe('a');
  expect(other?.attributes).toMatchObject({ valueOf: 'a', constructor: 'b' });
  for (const at of [langfuse, collector]) {
    for (const span of at.spans()) expect(Object.keys(span.attributes)).not.toContain('undefined');
  }
});

test('a collector is enough, and its address may be complete', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${collector.url}/custom/v1/traces`);
  vi.stubEnv('OTEL_SERVICE_NAME', 'my-service');
  initObservability();
  call();
  await getClient()?.flush();
  expect(collector.received.map(({ path }) => path)).toEqual(['/custom/v1/traces']);
  expect(JSON.stringify(collector.received[0]?.body)).toContain('"stringValue":"my-service"');
  vi.unstubAllEnvs();
  initObservability();
  expect(getClient()).toBeNull();
});

test('a failing target does not delay the other', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const errors: string[] = [];
  const slow = await startLangfuse(() => {});
  initObservability({
    ...both(),
    otlpEndpoint: slow.url,
    timeout: 400,
    onError: ({ message }) => errors.push(message),
  });
  call();
  const flushed = getClient()?.flush();
  await langfuse.until(() => langfuse.spans().length === 2);
  expect(errors).toEqual([]);
  await flushed;
  expect(errors).toEqual([expect.stringContaining(`${slow.url}/v1/traces cannot be reached`)]);
  await slow.close();
  warn.mockRestore();
});

test('the number of running exports is limited: the rest waits in one request, or is dropped and counted', async () => {
  const warnings: string[] = [];
  const warn = vi.spyOn(console, 'warn').mockImplementation((words: string) => void warnings.push(words));
  const release: (() => void)[] = [];
  let isHeld = true;
  const held = await startLangfuse((_, response) => {
    if (isHeld) release.push(() => response.end('{}'));
    else response.end('{}');
  });
  const errors: string[] = [];
  initObservability({
    publicKey: 'pk',
    secretKey: 'sk',
    baseUrl: held.url,
    onError: ({ message }) => errors.push(message),
  });
  const flushes: (Promise<void> | undefined)[] = [];
  const send = async (name: string) => {
    createTrace({ name, input: 'x'.repeat(60_000) }).run(() => 1);
    flushes.push(getClient()?.flush());
    // Spans that are flushed in one turn of the event loop are sent together.
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let i = 0; i < 50; i++) await send(`early ${i}`);
  await held.until(() => held.received.length === 32);
  for (let i = 0; i < 50; i++) await send(`late ${i}`);
  expect(held.received).toHaveLength(32);
  const dropped = errors.length;
  expect(dropped).toBeGreaterThan(0);
  isHeld = false;
  for (const answer of release) answer();
  await Promise.all(flushes);
  const arrived = new Set(held.spans().map(({ name }) => name));
  expect(arrived.size).toBe(100 - dropped);
  expect(warnings).toEqual([expect.stringContaining(`${dropped} exports were dropped`)]);
  await held.close();
  warn.mockRestore();
});

test.each<[string, Parameters<typeof startLangfuse>[0], string]>([
  [
    'a page of HTML',
    (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Welcome'),
    'answered 200 with a page of HTML',
  ],
  [
    'a redirect',
    (_, response) =>
      void response.writeHead(307, { location: 'https://elsewhere.test/login?token=abc' }).end(),
    'a redirect to https://elsewhere.test/login',
  ],
  [
    'an endless response',
    (_, response) => {
      response.writeHead(400);
      const more = () => response.write('x'.repeat(16_384)) && setImmediate(more);
      response.on('drain', more).on('error', () => {});
      more();
    },
    'answered 400 xxx',
  ],
])('%s from the server is reported as such', async (_, answer, words) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const server = await startLangfuse(answer);
  const errors: string[] = [];
  initObservability({
    publicKey: 'pk',
    secretKey: 'sk',
    baseUrl: server.url,
    timeout: 3000,
    onError: ({ message }) => errors.push(message),
  });
  createTrace({ name: 'x' }).end();
  await getClient()?.flush();
  expect(errors).toEqual([expect.stringContaining(words)]);
  expect(errors[0]).not.toContain('token=abc');
  await server.close();
  warn.mockRestore();
});

test('a network error has its cause, and missing keys are not a network error', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const errors: string[] = [];
  const onError = ({ message }: Error) => errors.push(message);
  const gone = await startLangfuse();
  await gone.close();
  initObservability({ publicKey: 'pk', secretKey: 'sk', baseUrl: gone.url, timeout: 300, onError });
  createTrace({ name: 'x' }).end();
  await getClient()?.flush();
  expect(errors).toEqual([expect.stringContaining('(ECONNREFUSED)')]);
  const speaksTls = langfuse.url.replace('http:', 'https:');
  initObservability({ publicKey: 'pk', secretKey: 'sk', baseUrl: speaksTls, timeout: 300, onError });
  createTrace({ name: 'x' }).end();
  await getClient()?.flush();
  expect(errors.pop()).toMatch(/cannot be reached: .*\((?:ERR_SSL_\w+|EPROTO)\)/);
  const never = { get: () => new Promise<string>(() => {}) };
  initObservability({ publicKey: 'pk', secretKey: never, baseUrl: langfuse.url, timeout: 300, onError });
  createTrace({ name: 'x' }).end();
  await getClient()?.flush();
  expect(errors[1]).toContain('Secrets Store');
  expect(errors[1]).not.toContain('cannot be reached');
  warn.mockRestore();
});
