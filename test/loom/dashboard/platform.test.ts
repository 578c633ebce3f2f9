import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Platform } from '../../../packages/loom/src/dashboard/platform/platform.js';
import { root } from '../../harness/root.js';
import { project } from '../project.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const STARTED = 1_795_380_308_000;

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

/** A server that answers every POST as the test says, and stores the requests. */
async function standIn(answer: (asked: Asked) => { status?: number; body: unknown }) {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const one = {
      url: request.url ?? '',
      authorization: request.headers.authorization,
      body: JSON.parse(text),
    };
    asked.push(one);
    const { status = 200, body } = answer(one);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

const COLUMNS = [
  'trace_id',
  'span_id',
  'parent_id',
  'service',
  'name',
  'start_ms',
  'duration_ms',
  'outcome',
  'error',
  'attributes',
];

/** A row as wrangler 4.164 stores it. */
function row(
  name: string,
  attributes: Record<string, unknown> | null,
  more: Partial<Record<string, unknown>> = {},
) {
  const values: Record<string, unknown> = {
    trace_id: TRACE,
    span_id: `span-${name}`,
    parent_id: 'span-POST',
    service: 'parcel-depot',
    name,
    start_ms: STARTED,
    duration_ms: 20,
    outcome: 'ok',
    error: null,
    attributes: attributes && JSON.stringify(attributes),
    ...more,
  };
  return COLUMNS.map((column) => values[column]);
}

const rows = (...list: unknown[][]) => ({
  body: { success: true, errors: [], messages: [], result: { columns: COLUMNS, rows: list } },
});

function platform(wranglerUrl: string, cloudflareUrl?: string) {
  const { db, dir } = project();
  db.run("INSERT INTO traces(id, name, started_us, updated_at) VALUES (?, 't', ?, 0)", TRACE, STARTED * 1000);
  const cloudflare = cloudflareUrl
    ? { accountId: 'acc', token: 'cf-token', apiUrl: cloudflareUrl }
    : undefined;
  return { db, dir, platform: new Platform({ db, wranglerUrl, cloudflare, root: dir }) };
}

/** A port where nothing listens. */
async function nowhere(): Promise<string> {
  const { url, close } = await standIn(() => ({ body: {} }));
  await close();
  return url;
}

// Only a laptop asks wrangler and Cloudflare for spans of the platform.
it('secrets and query strings that the platform recorded are masked before they are stored', async () => {
  const wrangler = await standIn(() =>
    rows(
      row(
        'POST',
        { 'faas.trigger': 'http', 'url.full': 'http://127.0.0.1:8787/mcp?code=onetime&state=s1' },
        { parent_id: null },
      ),
      row('fetch', {
        'url.full': 'https://ada:pa55word@api.example/v1/me?verbose=1',
        'url.query': 'verbose=1',
        'http.request.header.authorization': 'Bearer abcdefghijkl',
        'http.request.header.cookie': ['sid=headerlist'],
        'http.response': { headers: [{ 'set-cookie': 'sid=nested' }], status: 200 },
      }),
      row(
        'd1_all',
        { 'db.query.text': "SELECT * FROM users WHERE api_key = 'sk-live-12345678'" },
        { error: 'token=abcdefgh123 expired at https://api.example/cb?code=inerror' },
      ),
      row('jsRpcSession', null),
    ),
  );
  const { db, platform: asked } = platform(wrangler.url);
  const view = await asked.view(TRACE);
  expect(view.spans).toHaveLength(4);
  expect(view.spans.find((span) => span.kind === 'fetch')?.facts[0]).toEqual({
    label: 'URL',
    value: 'https://ada:[masked]@api.example/v1/me?[masked]',
  });
  const kept = JSON.stringify([view, db.all('SELECT * FROM platform_spans')]);
  for (const secret of [
    'onetime',
    's1"',
    'headerlist',
    'nested',
    'inerror',
    'pa55word',
    'verbose',
    'abcdefgh',
    'sk-live',
  ]) {
    expect(kept).not.toContain(secret);
  }
});

it('times with fractions are stored as whole microseconds, and a span without a time is left out', async () => {
  const wrangler = await standIn(() =>
    rows(
      row('kv_get', {}, { start_ms: STARTED + 0.0011, duration_ms: 1.0011 }),
      row('kv_put', {}, { start_ms: null }),
    ),
  );
  const view = await platform(wrangler.url).platform.view(TRACE);
  expect(view.spans).toMatchObject([{ name: 'kv_get', startedAt: STARTED + 0.001, durationMs: 1.001 }]);
});

it('stored spans remain after wrangler ends; a later request completes a span that was still running', async () => {
  let duration: number | null = null;
  const wrangler = await standIn(() =>
    rows(row('kv_get', { 'db.operation.name': 'get' }, { duration_ms: duration })),
  );
  const { platform: asked } = platform(wrangler.url);
  expect((await asked.view(TRACE)).spans).toMatchObject([
    { kind: 'kv', durationMs: null, startedAt: STARTED },
  ]);
  duration = 7;
  expect((await asked.view(TRACE)).spans).toMatchObject([{ durationMs: 7 }]);
  await wrangler.close();
  expect(await asked.view(TRACE)).toMatchObject({ source: 'saved', note: null, spans: [{ durationMs: 7 }] });
});

it('an older wrangler responds under the older path', async () => {
  const wrangler = await standIn(({ url }) =>
    url.startsWith('/cdn-cgi/local/') ? { status: 404, body: {} } : rows(row('fetch', {})),
  );
  const { platform: asked } = platform(wrangler.url);
  expect(await asked.view(TRACE)).toMatchObject({ source: 'wrangler dev', spans: [{ kind: 'fetch' }] });
});

it.each([
  [
    'nothing responds',
    async () => await nowhere(),
    /^`wrangler dev` does not respond at http:.*CLOUDFLARE_API_TOKEN/,
  ],
  [
    'it stores no spans',
    async () => (await standIn(() => ({ status: 404, body: {} }))).url,
    /stores no spans; update it to 4\.118 or newer/,
  ],
  ['it has none of this trace', async () => (await standIn(() => rows())).url, /has no spans of this trace/],
  ['it answers nonsense', async () => (await standIn(() => ({ body: [] }))).url, /stores no spans/],
] as const)('without spans, the view explains why: %s', async (_why, start, words) => {
  const { platform: asked } = platform(await start());
  expect(await asked.view(TRACE)).toEqual({
    note: expect.stringMatching(words),
    source: null,
    production: null,
    spans: [],
  });
});

it.each([
  ['depot', 'Production records these for every request (wrangler.jsonc).'],
  ['another', 'Production records these for every request (wrangler.jsonc).'],
  [
    'depot-staging',
    'The environment "staging" will not record these: observability.traces is not enabled in',
  ],
  ['depot-live', 'The environment "live" records these for 5 % of requests (env.live of wrangler.jsonc).'],
])('the note about production uses the environment of the trace: %s', async (service, words) => {
  const wrangler = await standIn(() => rows(row('fetch', {}, { service })));
  const { platform: asked, dir } = platform(wrangler.url);
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'), 'junction');
  const traced = { enabled: true, traces: { enabled: true } };
  const config = {
    name: 'depot',
    compatibility_date: '2026-01-01',
    observability: traced,
    env: {
      staging: { observability: { enabled: true } },
      live: { name: 'depot-live', observability: { ...traced, head_sampling_rate: 0.05 } },
    },
  };
  writeFileSync(join(dir, 'wrangler.jsonc'), JSON.stringify(config));
  const { production } = await asked.view(TRACE);
  expect(production).toContain(words);
});

it('an id that is not an OpenTelemetry trace id is never put into a query', async () => {
  const wrangler = await standIn(() => rows(row('fetch', {})));
  const { platform: asked } = platform(wrangler.url);
  await asked.view("x' OR '1'='1");
  expect(wrangler.asked).toEqual([]);
});

it('Cloudflare is queried for the trace and the time around it if this machine has no spans', async () => {
  const events = [
    {
      dataset: 'cloudflare-workers',
      timestamp: STARTED,
      source: {
        'http.request.method': 'GET',
        'url.full': 'https://api.example/?key=secret1234',
        'http.response.status_code': 200,
      },
      $metadata: {
        id: '1',
        traceId: TRACE,
        spanId: 'aa',
        parentSpanId: 'bb',
        spanName: 'fetch',
        startTime: STARTED,
        duration: 12.5,
        service: 'depot',
      },
      $workers: { outcome: 'ok', scriptName: 'depot', eventType: 'fetch', requestId: 'r' },
    },
    {
      dataset: 'cloudflare-workers',
      timestamp: STARTED,
      source: 'a log line',
      $metadata: { id: '2', traceId: TRACE },
    },
  ];
  const cloudflare = await standIn(() => ({
    body: { success: true, errors: [], result: { events: { events } } },
  }));
  const { platform: asked } = platform(await nowhere(), cloudflare.url);
  expect(await asked.view(TRACE)).toMatchObject({
    source: 'cloudflare',
    spans: [
      {
        id: 'aa',
        kind: 'fetch',
        durationMs: 12.5,
        service: 'depot',
        facts: [
          { label: 'URL', value: 'https://api.example/?[masked]' },
          { label: 'Method', value: 'GET' },
          { label: 'Status', value: '200' },
          { label: 'Latency', value: '12.5 ms' },
        ],
      },
    ],
  });
  expect(cloudflare.asked).toMatchObject([
    {
      url: '/accounts/acc/workers/observability/telemetry/query',
      authorization: 'Bearer cf-token',
      body: {
        timeframe: { from: STARTED - 900_000, to: STARTED + 900_000 },
        parameters: { filters: [{ key: '$metadata.traceId', operation: 'eq', value: TRACE }] },
      },
    },
  ]);
  // Stored, so it is not requested again.
  expect((await asked.view(TRACE)).source).toBe('saved');
  expect(cloudflare.asked).toHaveLength(1);
});

it('a rejection by Cloudflare is shown with its text, without the token', async () => {
  const cloudflare = await standIn(() => ({
    status: 403,
    body: { success: false, errors: [{ code: 10000, message: 'Authentication error' }] },
  }));
  const { platform: asked } = platform(await nowhere(), cloudflare.url);
  const view = await asked.view(TRACE);
  expect(view.note).toBe('Cloudflare answered 403: Authentication error.');
  expect(JSON.stringify(view)).not.toContain('cf-token');
});
