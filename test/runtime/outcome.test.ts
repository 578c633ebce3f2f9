import { createTrace, fromToolCall } from '@create-something/observability';
import { expect, test } from 'vitest';
import { observed } from './support/observed.js';

const on = observed({ scores: ['success'] });

async function after(run: () => unknown) {
  await Promise.resolve()
    .then(() => createTrace(fromToolCall('calc', { name: 'add' })).run(run))
    .catch(() => {});
  // The body of a Response is read first.
  await expect.poll(() => on.spans()).toHaveLength(1);
  const [span] = await on.spans();
  const of = (name: string) => span?.attributes[`langfuse.observation.${name}`];
  return {
    level: of('level') ?? 'DEFAULT',
    type: of('metadata.error.type'),
    message: of('status_message'),
    output: of('output'),
  };
}

const failing =
  (fields: object, words = 'no') =>
  () => {
    throw Object.assign(new Error(words), fields);
  };

test.each<[string, () => unknown, string]>([
  ['an error', failing({}), 'exception'],
  ['a status of 401', failing({ status: 401 }), 'unauthorized'],
  ['a status of 403', failing({ statusCode: 403 }), 'unauthorized'],
  ['a status of 404', failing({ response: { status: 404 } }), 'not_found'],
  ['a status of 418', failing({ status: 418 }), 'upstream_4xx'],
  ['a status of 429', failing({ status: 429 }), 'rate_limited'],
  ['a status of 502', failing({ status: 502 }), 'upstream_5xx'],
  ['a status of 504', failing({ status: 504 }), 'timeout'],
  ['an abort', failing({ name: 'AbortError' }), 'cancelled'],
  ['a time limit', failing({ name: 'TimeoutError' }), 'timeout'],
  ['a timeout of the network', failing({ code: 'ETIMEDOUT' }), 'timeout'],
  ['arguments of JSON-RPC', failing({ code: -32602 }, 'a has to be a number'), 'invalid_arguments'],
  ['an unknown tool in JSON-RPC', failing({ code: -32602 }, 'Unknown tool: x'), 'unknown_tool'],
  ['an unknown method of JSON-RPC in a call', failing({ code: -32601 }, 'Method not found'), 'unknown_tool'],
  ['a resource', failing({ code: -32002 }, 'Resource not found'), 'not_found'],
  ['a text', () => Promise.reject('words'), 'exception'],
  ['isError', () => ({ isError: true, content: [{ text: 'MCP is hard' }] }), 'tool_error'],
  [
    'a tool whose text mentions arguments',
    () => ({ isError: true, content: [{ text: 'Tool box not found' }] }),
    'tool_error',
  ],
  [
    'the text of the SDK',
    () => ({ isError: true, content: [{ text: 'MCP error -32602: Input validation error: x' }] }),
    'invalid_arguments',
  ],
  ['an envelope', () => ({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'x' } }), 'exception'],
  [
    'an envelope with the code of HTTP',
    () => ({ jsonrpc: '2.0', id: 1, error: { code: 429, message: 'x' } }),
    'rate_limited',
  ],
  [
    'a list of envelopes',
    () => [
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 2, result: { isError: true } },
    ],
    'tool_error',
  ],
  ['a Response of 403', () => new Response('no', { status: 403 }), 'unauthorized'],
  ['a Response of 422', () => Response.json({}, { status: 422 }), 'invalid_arguments'],
  ['a Response of 503 without a body', () => new Response(null, { status: 503 }), 'upstream_5xx'],
])('%s', async (_, run, type) => {
  expect(await after(run)).toMatchObject({ level: 'ERROR', type });
});

test.each<[string, () => unknown]>([
  ['data with a field error', () => ({ error: { message: 'the word' } })],
  ['data with more than an envelope', () => ({ result: { isError: true }, total: 3 })],
  ['a list of data', () => [{ error: { code: 1, message: 'x' } }]],
  ['a Response of 204', () => new Response(null, { status: 204 })],
  ['a Response of 302', () => new Response(null, { status: 302, headers: { location: '/' } })],
  ['isError that is a text', () => ({ isError: 'true' })],
])('%s is not a failure', async (_, run) => {
  expect(await after(run)).toMatchObject({ level: 'DEFAULT', type: undefined });
  expect((await on.scores()).map(({ value }) => value)).toEqual([1]);
});

test.each<[string, () => unknown]>([
  ['a result that asks for input', () => ({ resultType: 'input_required', inputRequests: {} })],
  ['the same in an envelope', () => ({ jsonrpc: '2.0', id: 1, result: { resultType: 'input_required' } })],
  ['an address that the user must open first', failing({ code: -32042 })],
])('%s is a pause: neither a failure nor a success', async (_, run) => {
  expect(await after(run)).toMatchObject({ level: 'DEFAULT', type: undefined, message: 'waits for input' });
  expect(await on.scores()).toEqual([]);
});

test('the program can change the outcome of a result, but not of an error', async () => {
  const soft = { isError: true, content: [{ text: 'no such page' }] };
  createTrace({ name: 'fine' }).run((trace) => {
    trace.update({ level: 'DEFAULT' });
    return soft;
  });
  createTrace({ name: 'named' }).run((trace) => {
    trace.update({ metadata: { 'error.type': 'rate_limited' } });
    return soft;
  });
  createTrace({ name: 'by hand' }).run((trace) => {
    trace.update({ level: 'ERROR', statusMessage: 'told' });
    return 'half';
  });
  try {
    createTrace({ name: 'thrown' }).run((trace) => {
      trace.update({ level: 'DEFAULT' });
      throw new Error('no');
    });
  } catch {}
  const spans = await on.spans();
  const read = (span: (typeof spans)[number]) => [
    span.name,
    span.attributes['langfuse.observation.level'],
    span.attributes['langfuse.observation.metadata.error.type'],
  ];
  expect(spans.map(read)).toEqual([
    ['fine', 'DEFAULT', undefined],
    ['named', 'ERROR', 'rate_limited'],
    ['by hand', 'ERROR', 'tool_error'],
    ['thrown', 'ERROR', 'exception'],
  ]);
});

test('the text of a failed result is output: without outputs, only its kind is sent', async () => {
  on.init({ captureOutput: 'off', scores: [] });
  const told = await after(() => ({ isError: true, content: [{ text: 'of customer 7' }] }));
  expect(told).toEqual({
    level: 'ERROR',
    type: 'tool_error',
    message: 'the tool returned an error',
    output: undefined,
  });
});

test('a large or endless body of a Response is not read, and the response is the same object', async () => {
  const endless = new Response(
    new ReadableStream({ pull: (to) => to.enqueue(new TextEncoder().encode('x'.repeat(9999))) }),
    {
      headers: { 'content-type': 'text/plain' },
    },
  );
  const events = new Response('data: 1\n\n', { headers: { 'content-type': 'text/event-stream' } });
  expect(await createTrace({ name: 'endless' }).run(async () => endless)).toBe(endless);
  expect(createTrace({ name: 'events' }).run(() => events)).toBe(events);
  expect(await events.text()).toBe('data: 1\n\n');
  await endless.body?.cancel();
  await expect
    .poll(async () => (await on.spans()).map(({ name }) => name).sort())
    .toEqual(['endless', 'events']);
  const outputs = (await on.spans()).map(({ attributes }) => attributes['langfuse.observation.output']);
  expect(outputs).toEqual(['HTTP 200', 'HTTP 200']);
});
