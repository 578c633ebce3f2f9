import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTrace, fromToolCall, observeFetch, traceMcpTool } from '@create-something/observability';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();

const CHUNKS = [
  'data: {"model":"gpt-x","choices":[{"delta":{"content":"Hel"}}]}\n\n',
  'data: {"choices":[{"delta":{"content":"lo"}}]}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}}\n\n',
  'data: [DONE]\n\n',
];

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.startsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const chunk of CHUNKS) response.write(chunk);
      return response.end();
    }
    const status = request.url?.startsWith('/busy') ? 429 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    const message = { role: 'assistant', content: 'hi' };
    const usage = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 };
    return response.end(JSON.stringify({ model: 'gpt-x', choices: [{ message }], usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const BODY = { model: 'gpt-x', messages: [{ role: 'user', content: 'hello' }], temperature: 0 };
const post = (path: string) =>
  [`${url}${path}?key=sk-hidden`, { method: 'POST', body: JSON.stringify(BODY) }] as const;

const generation = async () =>
  (await on.spans()).find(({ attributes }) => attributes['langfuse.observation.type'] === 'generation');

test('a plain fetch of a model API is recorded, and its response is the caller’s', async () => {
  const answer = await createTrace({ name: 'server:ask' }).run(async (trace) => {
    const response = await observeFetch(trace, fetch)(...post('/chat'));
    return (await response.json()) as { model: string };
  });
  expect(answer.model).toBe('gpt-x');
  const { name, attributes } = (await generation()) ?? {};
  expect(name).toBe('127.0.0.1');
  expect(attributes).toMatchObject({
    'langfuse.observation.model.name': 'gpt-x',
    'langfuse.observation.usage_details': expect.stringContaining('"input":5'),
    'langfuse.observation.output': expect.stringContaining('hi'),
  });
  expect(JSON.stringify(attributes)).not.toContain('sk-hidden');
});

test('a stream of events reaches its reader byte for byte, and is recorded when it ends', async () => {
  const text = await createTrace({ name: 'server:ask' }).run(async (trace) => {
    const response = await observeFetch(trace, fetch)(...post('/stream'));
    return response.text();
  });
  expect(text).toBe(CHUNKS.join(''));
  expect((await generation())?.attributes).toMatchObject({
    'langfuse.observation.output': 'Hello',
    'langfuse.observation.usage_details': expect.stringContaining('"output":2'),
  });
});

test('a refusal and a missing host are errors of the generation, and the caller gets them as before', async () => {
  const status = await createTrace({ name: 'server:ask' }).run(
    async (trace) => (await observeFetch(trace, fetch)(...post('/busy'))).status,
  );
  expect(status).toBe(429);
  expect((await generation())?.attributes['langfuse.observation.status_message']).toBe('HTTP 429');
  const dead = createTrace({ name: 'server:ask' }).run((trace) =>
    observeFetch(trace, fetch)('http://127.0.0.1:1/'),
  );
  await expect(dead).rejects.toThrow('fetch failed');
});

test.each([
  [
    'a whole request',
    { method: 'tools/call', params: { name: 'add', arguments: { a: 1 } } },
    'srv:add',
    '{"a":1}',
  ],
  ['its params', { name: 'add', arguments: { a: 1 } }, 'srv:add', '{"a":1}'],
  ['no arguments', { params: { name: 'ping' } }, 'srv:ping', undefined],
  ['something else', null, 'srv:unknown', undefined],
])('fromToolCall reads %s', async (_, request, name, input) => {
  createTrace(fromToolCall('srv', request)).run(() => 'done');
  const [span] = await on.spans();
  expect(span).toMatchObject({ name });
  expect(span?.attributes['langfuse.observation.input']).toBe(input);
});

test('traceMcpTool distinguishes input and context, keeps `this`, and returns other values unchanged', async () => {
  const signal = new AbortController().signal;
  const tool = { base: 2, handler: traceMcpTool('srv', 'double', 'transform', doubled) };
  expect(tool.handler({ n: 4 }, { signal })).toBe(8);
  const [span] = await on.spans();
  expect(span?.attributes['langfuse.observation.input']).toBe('{"n":4}');
  expect(traceMcpTool('srv', 'none', 'transform', undefined)).toBeUndefined();
});

function doubled(this: { base: number }, { n }: { n: number }, _context: object) {
  return this.base * n;
}
