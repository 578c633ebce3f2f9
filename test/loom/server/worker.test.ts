import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TracePage } from '../../../packages/loom/src/dashboard/contract/traces.js';
import type { D1Sql } from '../../../packages/loom/src/server/d1.js';
import { keepSums } from '../../../packages/loom/src/server/keep-sums.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { migratedD1, SQL_ANSWER, SQL_PATH } from '../../harness/d1.js';
import { seed } from '../dashboard/seed.js';
import { asker, askerOn, NOW } from '../dashboard/seeded.js';
import { copying } from '../homes/copy.js';
import { project } from '../project.js';
import { exportOf, type SpanOptions, span, TRACES } from '../receiver/exports.js';
import { addKey } from './add-key.js';

const AT = 'https://traces.test';
const WORKER = readFileSync(new URL('../../../packages/loom/dist/worker.js', import.meta.url), 'utf8');

/**
 * The Worker, with a D1 that fails on request: before it has written, or after, so that only the response is
 * lost.
 */
const FAULTY = `
import worker from './worker.js';
export { Live, Ingest } from './worker.js';
const OVERLOADED = 'D1_ERROR: D1 DB is overloaded. Too many requests queued.';
const LOST = 'D1_ERROR: Network connection lost.';
let every = 0, calls = 0, waiting = 0, broken = false, faulty;
const fault = async (run) => {
  calls += 1;
  if (every === 1) throw new Error(OVERLOADED);
  if (every > 1 && calls % every === 0) {
    if (calls % 2 === 0) { await run(); throw new Error(LOST); }
    throw new Error(OVERLOADED);
  }
  return run();
};
const prepare = (db, sql) => {
  if (broken) throw new Error('D1_ERROR: no such table: of_ours');
  return db.prepare(sql);
};
const wrapped = (db) => ({ prepare: (sql) => prepare(db, sql), batch: (list) => fault(() => db.batch(list)) });
const queueOf = (queue) => ({ send: (body) => { waiting += 1; return queue.send(body); } });
const counted = (message) => ({
  body: message.body,
  attempts: message.attempts,
  ack: () => { waiting -= 1; message.ack(); },
  retry: (options) => message.retry(options),
});
const envOf = (env) => ({ ...env, DB: (faulty ??= wrapped(env.DB)), QUEUE: queued ? queueOf(env.QUEUE) : undefined });
let queued = false;
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/test/fail') {
      every = Number(searchParams.get('every'));
      queued = searchParams.has('queue');
      broken = searchParams.has('broken');
      faulty = undefined;
      return new Response('');
    }
    if (pathname === '${SQL_PATH}') return ${SQL_ANSWER};
    if (pathname === '/test/waiting') return Response.json(waiting);
    if (pathname === '/test/clean') { await worker.scheduled({}, { ...env, RETENTION_DAYS: '1' }); return new Response(''); }
    return worker.fetch(request, envOf(env));
  },
  queue: (batch, env) => worker.queue({ messages: batch.messages.map(counted) }, envOf(env)),
};`;

let miniflare: Miniflare;
let sql: D1Sql;
let writer: Record<string, string>;
let reader: Record<string, string>;

beforeAll(async () => {
  miniflare = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'main.js', contents: FAULTY },
      { type: 'ESModule', path: 'worker.js', contents: WORKER },
    ],
    compatibilityDate: '2026-04-01',
    d1Databases: ['DB'],
    queueProducers: { QUEUE: 'spans' },
    queueConsumers: { spans: { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 100 } },
    durableObjects: { LIVE: { className: 'Live', useSQLite: true } },
  });
  sql = await migratedD1(miniflare);
  writer = await key('ingest');
  reader = await key('read');
}, 60_000);
afterAll(() => miniflare.dispose());

async function key(kind: 'ingest' | 'read'): Promise<Record<string, string>> {
  const id = `pk-lf-team-${kind}`;
  const secret = await addKey((...given) => sql.all(...given), { id, kind });
  return { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
}

const ask = (path: string, init: object = {}) =>
  miniflare.dispatchFetch(AT + path, { redirect: 'manual', ...init });
const fail = (query: string) => ask(`/test/fail?${query}`);

async function send(body: unknown, path = TRACES) {
  const answer = await ask(path, {
    method: 'POST',
    headers: { ...writer, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Like an exporter: sends again after a temporary failure. */
async function sendUntilTaken(body: unknown, path = TRACES): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const { status, headers } = await send(body, path);
    if (status < 300) {
      return;
    }
    expect([429, 503]).toContain(status);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  throw new Error('never taken');
}

async function view<T>(path: string): Promise<T> {
  const answer = await ask(`/view/${path}`, { headers: reader });
  const text = await answer.text();
  expect([answer.status, answer.status === 200 ? '' : text]).toEqual([200, '']);
  return JSON.parse(text) as T;
}

const id = (n: number, length = 16) => n.toString(16).padStart(length, '0');
const START = Date.now() - 60_000;
let made = 0;
/** A tool call with child spans. */
function call(children = 2, options: SpanOptions = {}): SpanOptions[] {
  made += 1;
  const traceId = id(0xabc000 + made, 32);
  const root = id(made * 100 + 1);
  return [
    {
      traceId,
      spanId: root,
      name: 'shop:add',
      start: START,
      attributes: {
        'langfuse.trace.metadata.touchpoint.mcp_server': 'shop',
        'langfuse.trace.metadata.ai_task.skill': 'add',
      },
      ...options,
    },
    ...Array.from({ length: children }, (_, n) => ({
      traceId,
      spanId: id(made * 100 + 2 + n),
      parentSpanId: root,
      name: `child ${n}`,
      start: START + n,
    })),
  ];
}
const exported = (...options: SpanOptions[]) => exportOf(...options.map(span));
const counts = () =>
  sql.get<{ traces: number; observations: number; hours: number; kept: number }>(
    `SELECT (SELECT COUNT(*) FROM traces) AS traces, (SELECT COUNT(*) FROM observations) AS observations,
      (SELECT SUM(n) FROM trace_hours) AS hours, (SELECT SUM(observations) FROM traces) AS kept`,
  );
const clear = () =>
  sql.batch(
    ['observations', 'traces', 'scores', 'span_events', 'trace_hours', 'trace_series'].map((table) => ({
      sql: `DELETE FROM ${table}`,
    })),
  );

describe('a team’s server in workerd', () => {
  it('accepts spans, and shows them to authorised clients', async () => {
    const spans = call(2, { status: { code: 2, message: 'out of stock' } });
    expect(await send(exported(...spans))).toMatchObject({ status: 200, text: '{}' });
    const { rows } = await view<TracePage>('traces');
    expect(rows).toMatchObject([
      { server: 'shop', tool: 'add', failed: true, statusMessage: 'out of stock' },
    ]);
    const { observations } = await view<{ observations: unknown[] }>(`traces/${rows[0]?.id}`);
    expect(observations).toHaveLength(3);
    expect((await ask('/view/traces')).status).toBe(401);
    expect((await ask('/view/traces', { headers: writer })).status).toBe(403);
  });

  it('serves the page', async () => {
    const page = await ask('/', { headers: reader });
    expect(await page.text()).toContain('<meta name="loom-live" content="socket">');
    expect((await ask('/app.js', { headers: reader })).headers.get('content-type')).toMatch(/javascript/);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await ask('/')).status).toBe(401);
  });

  it('writes the details of a failure only to its log', async () => {
    await fail('every=0&broken');
    const answer = await ask('/view/traces', { headers: reader });
    await fail('every=0');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('of_ours');
  });

  it('accepts data of Langfuse’s older client, and scores', async () => {
    const at = new Date(START).toISOString();
    const event = (type: string, body: object) => ({ id: `${type} 1`, type, timestamp: at, body });
    await sendUntilTaken(
      {
        batch: [
          event('trace-create', { id: 'trace-1', name: 'job' }),
          event('span-create', { id: 'span-1', traceId: 'trace-1', name: 'step', startTime: at }),
        ],
      },
      '/api/public/ingestion',
    );
    const update = { batch: [event('span-update', { id: 'span-1', traceId: 'trace-1', endTime: at })] };
    await sendUntilTaken(update, '/api/public/ingestion');
    await sendUntilTaken({ traceId: 'trace-1', name: 'good', value: 1, id: 'score-1' }, '/api/public/scores');
    expect(await view('traces/trace-1')).toMatchObject({
      row: { name: 'job' },
      observations: [{ name: 'job' }, { name: 'step', durationMs: 0 }],
      scores: [{ name: 'good', value: 1 }],
    });
  });

  it('masks all input, and cuts values that don’t fit into a row of D1', async () => {
    const secret = ['sk', 'ant', 'api03', 'x'.repeat(90)].join('-');
    const large = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`part ${n}`, 'é'.repeat(200_000)]),
    );
    const spans = call(0, { attributes: { note: `key ${secret}`, ...large } });
    expect((await send(exported(...spans))).status).toBe(200);
    const row = await sql.get<{ detail: string; bytes: number }>(
      'SELECT detail, length(CAST(detail AS BLOB)) AS bytes FROM observations WHERE trace_id = ?',
      spans[0]?.traceId,
    );
    expect(row?.detail).not.toContain(secret);
    expect(row?.detail).toContain('cut by Loom');
    expect(row?.bytes).toBeLessThan(1_100_000);
  });

  it('answers every view with an empty and with a filled database', async () => {
    for (const path of VIEWS) {
      await view(path);
    }
  });

  it('notifies an open page of new data', async () => {
    const answer = await ask('/view/live', { headers: { ...reader, upgrade: 'websocket' } });
    expect(answer.status).toBe(101);
    const socket = answer.webSocket;
    socket?.accept();
    const told = new Promise((resolve) => socket?.addEventListener('message', ({ data }) => resolve(data)));
    await send(exported(...call(0)));
    expect(JSON.parse(String(await told))).toMatchObject({ at: expect.any(Number) });
    const closed = new Promise((resolve) => socket?.addEventListener('close', resolve));
    socket?.close();
    await closed;
  });
});

const VIEWS = [
  'overview',
  'overview?last=30d',
  'curves',
  'curves?q=stock&last=7d',
  'tools',
  'tools/add',
  'errors',
  'clients',
  'mcp-sessions',
  'facets',
  'facets?names=model,task,user,session',
  'groups?by=tool',
  'groups?by=user',
  'traces?q=a-word-that-is-longer-than-the-fifty-bytes-which-a-pattern-of-D1-may-have',
  'traces?sort=slowest',
  'traces?sort=errors&minMs=1',
  'filled',
  'saved-views',
  'rules',
  'agents',
  'trend',
  'trend?by=ai_task.type',
  'atlas',
  'sessions',
  'issues',
  'issues?q=a-word-that-is-longer-than-the-fifty-bytes-which-a-pattern-of-D1-may-have',
  'routing',
  'budgets',
];

describe('nothing is lost and nothing counts twice', () => {
  it('if many requests write to one trace at once', async () => {
    await clear();
    const spans = call(24);
    await Promise.all(spans.map((one) => sendUntilTaken(exported(one))));
    expect(await counts()).toEqual({ traces: 1, observations: 25, hours: 1, kept: 25 });
    const { root_id } = (await sql.get('SELECT root_id FROM traces')) ?? {};
    expect(root_id).toBe(spans[0]?.spanId);
  });

  it('if D1 is overloaded or loses responses, and everything is sent twice', async () => {
    await clear();
    await fail('every=3');
    const calls = Array.from({ length: 20 }, () => call(3));
    await Promise.all(calls.map((of) => sendUntilTaken(exported(...of))));
    await Promise.all(calls.map((of) => sendUntilTaken(exported(...of.toReversed()))));
    await fail('every=0');
    expect(await counts()).toEqual({ traces: 20, observations: 80, hours: 20, kept: 80 });
  });

  it('returns Retry-After while D1 is overloaded and there is no Queue', async () => {
    await fail('every=1');
    const { status, headers } = await send(exported(...call(0)));
    await fail('every=0');
    expect([status, headers.get('retry-after')]).toEqual([429, '5']);
  });

  it('if an overloaded D1 leaves data to the Queue, which delivers repeatedly', async () => {
    await clear();
    await fail('every=1&queue');
    const calls = Array.from({ length: 10 }, () => call(3));
    for (const of of calls) {
      expect((await send(exported(...of))).status).toBe(200);
    }
    expect((await counts())?.traces).toBe(0);
    await fail('every=7&queue');
    await expect.poll(async () => (await counts())?.traces, { timeout: 60_000, interval: 500 }).toBe(10);
    await fail('every=0');
    // Data that was written but not acknowledged arrives again, and adds nothing.
    await expect
      .poll(async () => (await ask('/test/waiting')).json(), { timeout: 60_000, interval: 500 })
      .toBe(0);
    expect(await counts()).toEqual({ traces: 10, observations: 40, hours: 10, kept: 40 });
  }, 150_000);
});

it('deletes old traces, and keeps their hourly counts', async () => {
  await clear();
  await sendUntilTaken(exported(...call(2)));
  await sendUntilTaken(exported(...call(2)));
  await sql.all('UPDATE traces SET updated_at = 0 WHERE seq = (SELECT MIN(seq) FROM traces)');
  await ask('/test/clean');
  expect(await counts()).toEqual({ traces: 1, observations: 3, hours: 2, kept: 3 });
});

it('gives the same answers as a laptop with the same data', async () => {
  await clear();
  const { db } = project();
  seed(db, { traces: 300, calls: 120, now: NOW });
  const askLaptop = asker(db);
  await sql.batch(copying(db));
  await copyKeys(db);
  const askServer = askerOn(sql, db);
  const id = db.get<{ id: string }>('SELECT id FROM traces ORDER BY seq DESC LIMIT 1')?.id;
  const session = db.get<{ id: string }>('SELECT id FROM sessions LIMIT 1')?.id;
  const agree = async (paths: readonly string[]) => {
    for (const path of paths) {
      expect([path, await askServer(path)]).toEqual([path, await askLaptop(path)]);
    }
  };
  await agree([...VIEWS.filter((one) => one !== 'tools/add'), `traces/${id}`, `sessions/${session}`]);
  const hours = () => sql.get('SELECT COUNT(*) AS n, SUM(kept IS version) AS kept FROM call_hour_versions');
  const all = db.get<{ n: number }>(`SELECT COUNT(DISTINCT started_at / 3600000) AS n FROM llm_calls`)?.n;
  expect(all).toBeGreaterThan(1);
  await sql.all('DELETE FROM call_sums');
  await sql.all('UPDATE call_hour_versions SET kept = NULL');
  await keepSums(sql);
  expect(await hours()).toEqual({ n: all, kept: all });
  await agree(VIEWS.filter((one) => /^(agents|trend|atlas|sessions|issues)/.test(one)));
});

/** The keys and the access log, which only the server has. */
async function copyKeys(db: Database): Promise<void> {
  for (const table of ['access_keys', 'access_log']) {
    for (const row of await sql.all<Record<string, string | number | null>>(`SELECT * FROM ${table}`)) {
      const names = Object.keys(row);
      db.run(
        `INSERT INTO ${table}(${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
        ...Object.values(row),
      );
    }
  }
}

it('is smaller than 300 KB including the page, and uses no Node APIs', () => {
  expect(gzipSync(WORKER, { level: 9 }).length).toBeLessThan(300_000);
  expect(WORKER).not.toMatch(/["']node:/);
});
