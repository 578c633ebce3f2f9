import { createSpan, createTrace, getClient, initObservability } from '@create-something/observability';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLangfuse } from './support/langfuse.js';

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => void vi.restoreAllMocks());

/** Sends one trace to a server with these responses, and returns the requests and the warnings. */
async function sendTo(answer: Parameters<typeof startLangfuse>[0], options = {}) {
  const langfuse = await startLangfuse(answer);
  const errors: string[] = [];
  initObservability({
    publicKey: 'pk',
    secretKey: 'sk',
    baseUrl: langfuse.url,
    scores: [],
    onError: (error) => errors.push(error.message),
    ...options,
  });
  const result = createTrace({ name: 'sent' }).run(() => 'answer');
  await getClient()?.flush();
  await langfuse.close();
  return { result, errors, requests: langfuse.received.length, spans: langfuse.spans(), url: langfuse.url };
}

const status =
  (code: number, headers = {}) =>
  (_: unknown, response: import('node:http').ServerResponse) =>
    void response.writeHead(code, headers).end('{"message":"no"}');

test('500 is retried, and reported once', async () => {
  const first = await sendTo(status(500), { timeout: 3000 });
  expect(first).toMatchObject({ result: 'answer', requests: 3 });
  expect(first.errors).toHaveLength(1);
  await sendTo(status(500), { timeout: 3000 });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('answered 500');
});

test('a server that recovers gets every span again, unchanged', async () => {
  const bodies: string[] = [];
  const { errors, requests } = await sendTo((request, response, count) => {
    bodies.push(request.text);
    status(count < 3 ? 503 : 200)(request, response);
  });
  expect({ errors, requests }).toEqual({ errors: [], requests: 3 });
  expect(new Set(bodies).size).toBe(1);
});

test('a thread that is busy until after the timeout gives up with the last error', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const busy = () => {
    for (const until = performance.now() + 1000; performance.now() < until; );
  };
  const { result, errors } = await sendTo(
    (request, response) => {
      status(503)(request, response);
      setTimeout(busy, 100);
    },
    { timeout: 900 },
  );
  expect(result).toBe('answer');
  expect(errors).toEqual([expect.stringContaining('answered 503')]);
});

test('429 waits for the given time', async () => {
  const at: number[] = [];
  const { errors } = await sendTo((request, response, count) => {
    at.push(performance.now());
    status(count === 1 ? 429 : 200, { 'retry-after': '1' })(request, response);
  });
  expect(errors).toEqual([]);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(999);
});

test('429 with a longer time than the timeout is not retried', async () => {
  const { errors, requests } = await sendTo(status(429, { 'retry-after': '3600' }));
  expect(requests).toBe(1);
  expect(errors[0]).toContain('answered 429');
});

test.each([401, 403])('%i is not retried, and the warning has the settings to check', async (code) => {
  const { errors, requests } = await sendTo(status(code));
  expect(requests).toBe(1);
  expect(errors[0]).toMatch(/LANGFUSE_PUBLIC_KEY.*LANGFUSE_BASE_URL/);
});

test('a redirect is not followed with the keys', async () => {
  const elsewhere = await startLangfuse();
  const { errors } = await sendTo(status(302, { location: elsewhere.url }));
  expect(elsewhere.received).toEqual([]);
  expect(errors[0]).toContain('answered 302');
  await elsewhere.close();
});

test('a server that hangs, resets, or is missing costs at most the timeout', async () => {
  for (const answer of [
    () => {},
    (_: unknown, response: import('node:http').ServerResponse) => void response.socket?.destroy(),
  ]) {
    const { result, errors } = await sendTo(answer, { timeout: 300 });
    expect(result).toBe('answer');
    expect(errors).toHaveLength(1);
  }
  const { errors } = await sendTo(undefined, { baseUrl: 'http://127.0.0.1:1', timeout: 300 });
  expect(errors[0]).toContain('cannot be reached');
});

test('a reset during the response to accepted spans is not a failure', async () => {
  const { errors, requests } = await sendTo((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"par');
    setImmediate(() => response.socket?.destroy());
  });
  expect({ errors, requests }).toEqual({ errors: [], requests: 1 });
});

test('spans that the server refuses separately are reported', async () => {
  const { errors, requests } = await sendTo(
    (_, response) => void response.end('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"bad id"}}'),
  );
  expect(requests).toBe(1);
  expect(errors[0]).toContain('bad id');
});

test('keys may be Secrets Store bindings and may end in a line break', async () => {
  const { spans, errors } = await sendTo(undefined, { secretKey: { get: async () => 'sk-stored\n' } });
  expect(errors).toEqual([]);
  expect(spans).toHaveLength(1);
});

test('a request has at most 500 spans and 2 MB, and no span is lost', async () => {
  const langfuse = await startLangfuse();
  const keys = { publicKey: 'pk', secretKey: 'sk', baseUrl: langfuse.url, scores: [] };
  initObservability(keys);
  createTrace({ name: 'long' }).run((trace) => {
    for (let i = 0; i < 1200; i++) createSpan(trace, { name: `small ${i}` }).end();
    for (let i = 0; i < 60; i++) createSpan(trace, { name: `large ${i}`, input: 'x'.repeat(1e6) }).end();
    for (let i = 0; i < 60; i++) createSpan(trace, { name: `wide ${i}`, input: '漢'.repeat(1e5) }).end();
  });
  await getClient()?.flush();
  expect(new Set(langfuse.spans().map(({ name }) => name)).size).toBe(1321);
  for (const { text, body } of langfuse.received) {
    expect(Buffer.byteLength(text)).toBeLessThan(2_100_000);
    expect(body.resourceSpans[0].scopeSpans[0].spans.length).toBeLessThanOrEqual(500);
  }
  const large = langfuse.spans().find(({ name }) => name === 'large 0');
  expect(String(large?.attributes['langfuse.observation.input'])).toMatch(/^x{65536}… \[934464 more\]$/);
  await langfuse.close();
});
