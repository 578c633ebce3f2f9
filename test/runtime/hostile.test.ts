import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createGeneration,
  createSpan,
  createTrace,
  getClient,
  logEvent,
  observeFetch,
  recordScore,
  shutdownObservability,
} from '@create-something/observability';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLangfuse } from './support/langfuse.js';
import { observed } from './support/observed.js';

const on = observed();
const SECRET = 'sk-0123456789abcdefghij';

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => void vi.restoreAllMocks());

test.each<[string, unknown]>([
  ['a symbol', Symbol('odd')],
  ['an object without a text', Object.create(null)],
  [
    'an error whose message cannot be read',
    Object.defineProperty(new Error(), 'message', {
      get() {
        throw new Error('no');
      },
    }),
  ],
])('%s from a getter does not reach the program', (_, thrown) => {
  const options = {
    name: 'x',
    get input() {
      throw thrown;
    },
  };
  expect(createTrace(options).run(() => 'fine')).toBe('fine');
  expect(() => createSpan(undefined, options).end()).not.toThrow();
  expect(() => logEvent(undefined, options)).not.toThrow();
});

test('errors of the telemetry are reported once, for any message, and without secrets', () => {
  for (let i = 0; i < 5; i++) {
    createTrace({
      name: 'x',
      get input() {
        throw new Error(`fault ${i} of ${SECRET}`);
      },
    }).end();
  }
  expect(warnings.length).toBeLessThanOrEqual(1);
  expect(warnings.join()).not.toContain(SECRET);
});

test('a score contains nothing that is masked elsewhere', async () => {
  recordScore({ sessionId: SECRET }, { id: SECRET, name: SECRET, value: SECRET, comment: SECRET });
  recordScore(SECRET, { name: 'x', value: 1 });
  createTrace({ name: 'x', sessionId: SECRET }).end();
  const scores = await on.scores();
  expect(scores).toHaveLength(2);
  expect(JSON.stringify(on.langfuse.received)).not.toContain(SECRET);
  // A session's score must have the same id as its traces.
  expect(scores[0].sessionId).toBe(on.langfuse.spans()[0]?.attributes['session.id']);
});

test('the program’s own data is masked too', async () => {
  on.init({ environment: SECRET, release: SECRET });
  const type = SECRET as 'span';
  createTrace({ name: 'x', type }).run((trace) => createSpan(trace, { name: 'y', type }).end());
  recordScore('a'.repeat(32), { name: 'x', value: 1 });
  await on.scores();
  expect(on.langfuse.received).toHaveLength(2);
  expect(JSON.stringify(on.langfuse.received)).not.toContain(SECRET);
});

test('the response and the address of Langfuse are reported without secrets', async () => {
  const errors: string[] = [];
  const langfuse = await startLangfuse(
    (_, response) => void response.writeHead(400).end(`bad input: password=hunter2secret ${SECRET}`),
  );
  on.init({ baseUrl: langfuse.url, onError: (error) => errors.push(error.message) });
  createTrace({ name: 'x' }).end();
  await getClient()?.flush();
  on.init({
    baseUrl: 'http://user:hunter2secret@127.0.0.1:1',
    timeout: 300,
    onError: (error) => errors.push(error.message),
  });
  createTrace({ name: 'x' }).end();
  await getClient()?.flush();
  await langfuse.close();
  expect(errors).toHaveLength(2);
  expect([...errors, ...warnings].join()).not.toMatch(/hunter2secret|sk-0123/);
});

test("a tool's error text is its output, so it is not sent without outputs", async () => {
  on.init({ captureOutput: 'off' });
  const result = { isError: true, content: [{ type: 'text', text: 'no account for Ann Smith' }] };
  expect(createTrace({ name: 'x' }).run(() => result)).toBe(result);
  const [span] = await on.spans();
  expect(span?.attributes).toMatchObject({
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': 'the tool returned an error',
  });
  expect(JSON.stringify(on.langfuse.received)).not.toContain('Ann Smith');
});

test('a hostile result is returned, and its trace arrives', async () => {
  const result = {
    get isError(): boolean {
      throw new Error('do not look');
    },
  };
  expect(createTrace({ name: 'x' }).run(() => result)).toBe(result);
  expect(await on.spans()).toHaveLength(1);
});

test('fields of every object, such as toString, are not our fields', async () => {
  createTrace({ name: 'x', toString: () => 'text', constructor: 'c' } as never).end();
  const [span] = await on.spans();
  for (const name of Object.keys(span?.attributes ?? {})) {
    expect(name).toMatch(/^langfuse\./);
  }
});

test('amounts that are not numbers are left out', async () => {
  const trace = createTrace({ name: 'x' });
  createGeneration(trace, {
    name: 'y',
    model: 'm',
    cost: Number.NaN,
    usage: { input: Number.NaN, output: 3 },
  }).end();
  trace.end();
  expect((await on.spans())[0]?.attributes).toMatchObject({
    'langfuse.observation.usage_details': '{"output":3}',
  });
});

test('a fetch that is observed for the whole program does not record our own exports', async () => {
  const original = globalThis.fetch;
  try {
    globalThis.fetch = observeFetch(undefined, original);
    createTrace({ name: 'x' }).end();
    await shutdownObservability();
    await shutdownObservability();
  } finally {
    globalThis.fetch = original;
  }
  expect((await on.spans()).map(({ name }) => name)).toEqual(['x']);
});

test('a flush does not end open traces', async () => {
  const trace = createTrace({ name: 'running' });
  await Promise.resolve();
  expect(await on.spans()).toEqual([]);
  trace.end('answer');
  expect((await on.spans())[0]?.attributes['langfuse.observation.output']).toBe('answer');
});

test('a trace with a step that never ends does end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const trace = createTrace({ name: 'given up' });
    createSpan(trace, { name: 'never ended' });
    for (let minute = 0; minute < 11; minute++) await vi.advanceTimersByTimeAsync(60_000);
  } finally {
    vi.useRealTimers();
  }
  expect((await on.spans()).map(({ name }) => name)).toEqual(['given up']);
});

test('a trace whose request was cut off is sent with the next one, and is not kept', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  try {
    createSpan(createTrace({ name: 'cut off' }), { name: 'never ended' });
    await Promise.resolve();
    // The effect of workerd on a finished request.
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 60_000);
    createTrace({ name: 'next' });
    await Promise.resolve();
  } finally {
    vi.useRealTimers();
  }
  expect((await on.spans()).map(({ name }) => name)).toEqual(['cut off']);
  await shutdownObservability();
  expect((await on.spans()).map(({ name }) => name)).toEqual(['cut off', 'next']);
});

test('a fetch whose body is not JSON is recorded without an error', async () => {
  const server = createServer((_, response) => void response.end('{"response":"hi"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await observeFetch(undefined, fetch)(url, { method: 'POST', body: 'a=1&b=2' });
  expect(await answer.json()).toEqual({ response: 'hi' });
  server.close();
  await vi.waitFor(async () => expect(await on.spans()).toHaveLength(1));
  expect(warnings).toEqual([]);
});
