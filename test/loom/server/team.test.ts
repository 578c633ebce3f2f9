import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Access } from '../../../packages/loom/src/dashboard/contract/access.js';
import type { Agents } from '../../../packages/loom/src/dashboard/contract/agents.js';
import type { Facets } from '../../../packages/loom/src/dashboard/contract/facets.js';
import type { Curves } from '../../../packages/loom/src/dashboard/contract/measures.js';
import type { Overview } from '../../../packages/loom/src/dashboard/contract/overview.js';
import type { SavedViews } from '../../../packages/loom/src/dashboard/contract/saved-views.js';
import type { TracePage } from '../../../packages/loom/src/dashboard/contract/traces.js';
import type { D1Sql } from '../../../packages/loom/src/server/d1.js';
import { migratedD1, SQL_ANSWER, SQL_PATH } from '../../harness/d1.js';
import { BAD_QUESTIONS } from '../dashboard/bad-questions.js';
import { LM } from '../project.js';
import { exportOf, type SpanOptions, span, TRACES } from '../receiver/exports.js';
import { addKey } from './add-key.js';
import { fakeLangfuse } from './langfuse.js';

const AT = 'https://traces.test';
const HOUR = 3_600_000;
const WORKER = readFileSync(new URL('../../../packages/loom/dist/worker.js', import.meta.url), 'utf8');

/** The Worker with the test's bindings and variables. It sees another object as another isolate. */
const MAIN = `
import worker from './worker.js';
export { Live, Ingest } from './worker.js';
let chosen = {};
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '${SQL_PATH}') return ${SQL_ANSWER};
    if (pathname === '/test/env') {
      const { vars = {}, live, limited } = await request.json();
      const DB = { prepare: (sql) => env.DB.prepare(sql), batch: (list) => env.DB.batch(list) };
      chosen = { DB, ...vars, ...(live ? { LIVE: env.LIVE } : {}), ...(limited ? { RATE_LIMIT: env.RATE_LIMIT } : {}) };
      return new Response('');
    }
    if (pathname === '/test/cron') { await worker.scheduled({}, chosen); return new Response(''); }
    return worker.fetch(request, chosen);
  },
};`;

let miniflare: Miniflare;
let sql: D1Sql;
let writer: Record<string, string>;
let reader: Record<string, string>;
let readPair: string;

beforeAll(async () => {
  miniflare = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'main.js', contents: MAIN },
      { type: 'ESModule', path: 'worker.js', contents: WORKER },
    ],
    compatibilityDate: '2026-04-01',
    d1Databases: ['DB'],
    durableObjects: { LIVE: { className: 'Live', useSQLite: true } },
    ratelimits: { RATE_LIMIT: { simple: { limit: 5, period: 10 } } },
  });
  sql = await migratedD1(miniflare);
  writer = basic(await key('pk-lf-team-w', 'ingest'));
  readPair = await key('pk-lf-team-r', 'read');
  reader = basic(readPair);
  await use({});
}, 60_000);
afterAll(() => miniflare.dispose());

const basic = (pair: string) => ({ authorization: `Basic ${btoa(pair)}` });
async function key(id: string, kind: 'ingest' | 'read' | 'login'): Promise<string> {
  const secret = await addKey((...given) => sql.all(...given), { id, kind });
  return kind === 'login' ? `${id}.${secret}` : `${id}:${secret}`;
}

const ask = (path: string, init: object = {}) =>
  miniflare.dispatchFetch(AT + path, { redirect: 'manual', ...init });
const use = async (chosen: { vars?: Record<string, string>; live?: boolean; limited?: boolean }) =>
  (await ask('/test/env', { method: 'POST', body: JSON.stringify(chosen) })).text();
const cron = async () => expect((await ask('/test/cron')).status).toBe(200);
async function statusOf(answer: ReturnType<typeof ask>): Promise<number> {
  const { status, text } = await answer.then(async (got) => ({ status: got.status, text: await got.text() }));
  expect(text).not.toContain('secret_hash');
  return status;
}

async function send(body: unknown, path = TRACES): Promise<void> {
  const headers = { ...writer, 'content-type': 'application/json' };
  const answer = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}
async function view<T>(path: string, headers = reader): Promise<T> {
  const answer = await ask(`/view/${path}`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

const id = (n: number, length = 16) => n.toString(16).padStart(length, '0');
/** Called before each poll. */
const lookAfter =
  <T>(first: () => Promise<unknown>, look: () => T) =>
  async () => {
    await first();
    return look();
  };
let made = 0;
function call({
  server = 'shop',
  environment = 'production',
  text = '',
  start = Date.now(),
} = {}): SpanOptions {
  made += 1;
  return {
    traceId: id(0xbee000 + made, 32),
    spanId: id(0xa000 + made),
    name: `${server}:add`,
    start,
    attributes: {
      'langfuse.trace.metadata.touchpoint.mcp_server': server,
      'langfuse.trace.metadata.ai_task.skill': 'add',
      'langfuse.environment': environment,
      ...(text ? { 'langfuse.observation.input': text } : {}),
    },
  };
}
const exported = (...options: SpanOptions[]) => exportOf(...options.map(span));
const spanIds = (...calls: SpanOptions[]) => calls.map(({ spanId }) => spanId);

async function signedIn(name: string): Promise<{ cookie: string; origin: string }> {
  const token = await key(`login-${name}`, 'login');
  const answer = await ask('/sign-in', {
    method: 'POST',
    headers: { origin: AT, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }).toString(),
  });
  await answer.text();
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '', origin: AT };
}

describe('forwarding to Langfuse', () => {
  const keys = (url: string) => ({
    vars: { LANGFUSE_PUBLIC_KEY: 'pk-lf-test', LANGFUSE_SECRET_KEY: 'sk-lf-test', LANGFUSE_BASE_URL: url },
  });
  const synced = async () => (await view<Agents>('agents')).sync;

  it('sends new data once, even after a lost response or a rejected span', async () => {
    await send(exported(call()));
    const langfuse = await fakeLangfuse();
    await use(keys(langfuse.url));
    const [first, second, third, bad, ...rest] = Array.from({ length: 8 }, () => call()) as [
      SpanOptions,
      SpanOptions,
      SpanOptions,
      SpanOptions,
      ...SpanOptions[],
    ];
    await send(exported(first, second));
    await send({ traceId: first.traceId, name: 'good', value: 1, id: 'score-f' }, '/api/public/scores');
    await expect
      .poll(
        lookAfter(cron, () => langfuse.scores),
        { timeout: 15_000 },
      )
      .toEqual(['good']);
    expect(langfuse.spans).toEqual(spanIds(first, second));
    expect(await synced()).toMatchObject({
      queued: 0,
      sent: 3,
      failed: 0,
      lastSentAt: expect.any(Number),
      problem: null,
    });

    langfuse.lose = true;
    await send(exported(third));
    await expect.poll(async () => (await synced()).problem, { timeout: 15_000 }).toMatch(/./);
    await expect
      .poll(
        lookAfter(cron, () => langfuse.spans.length),
        { timeout: 15_000 },
      )
      .toBe(3);
    langfuse.lose = false;
    langfuse.bad = bad.spanId;
    await send(exported(bad, ...rest));
    await expect
      .poll(
        lookAfter(cron, async () => (await synced()).queued),
        { timeout: 30_000 },
      )
      .toBe(0);
    // The lookup on Langfuse happened before the third could be sent again.
    expect([...langfuse.spans].sort()).toEqual(spanIds(first, second, third, ...rest).sort());
    expect(await synced()).toMatchObject({ failed: 1 });
    await use({});
  }, 90_000);

  it('is off with incomplete settings, and reports what is missing', async () => {
    await use({ vars: { LANGFUSE_SECRET_KEY: 'sk-lf-test', LANGFUSE_BASE_URL: 'ftp://langfuse.test' } });
    const one = call({ server: 'half' });
    await send(exported(one));
    await cron();
    expect((await view<TracePage>('traces?server=half')).rows).toHaveLength(1);
    const { problem } = await synced();
    expect(problem).toBe(
      'To forward to Langfuse, the server also needs LANGFUSE_PUBLIC_KEY and an address in LANGFUSE_BASE_URL.',
    );
    await use({});
  });
});

describe('the page of the team', () => {
  it('shows keys and sign-ins to a person, but not to a program', async () => {
    const person = await signedIn('a1');
    const { keys, log } = await view<Access>('access', person);
    expect(keys).toContainEqual(
      expect.objectContaining({ id: 'pk-lf-team-w', kind: 'ingest', revokedAt: null }),
    );
    expect(log[0]).toMatchObject({ kind: 'signed in', subject: 'login-a1' });
    expect(await statusOf(ask('/view/access', { headers: reader }))).toBe(403);
    expect(await statusOf(ask('/view/access'))).toBe(401);
    for (const path of ['/view/access/', '/view//access', '/view/%61ccess', '/view/traces/../access']) {
      expect([path, await statusOf(ask(path, { headers: reader }))]).not.toEqual([path, 200]);
    }
  });

  it('has a sign-out link for a signed-in person, but not for a key', async () => {
    const tag = '<meta name="loom-sign-out" content="/sign-out">';
    expect(await (await ask('/', { headers: await signedIn('a2') })).text()).toContain(tag);
    expect(await (await ask('/', { headers: reader })).text()).not.toContain('loom-sign-out');
  });

  it('saves views of several people at the same time, and removes them again', async () => {
    const person = await signedIn('a3');
    const change = (what: object, headers: Record<string, string> = person) =>
      ask('/change/saved-views', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(what),
      });
    const names = ['slow', "O'Neil's", 'errors'];
    const answers = names.map((name) => statusOf(change({ save: { name, query: 'sort=slowest' } })));
    expect(await Promise.all(answers)).toEqual([200, 200, 200]);
    const saved = async () => (await view<SavedViews>('saved-views')).rows.map(({ name }) => name);
    expect((await saved()).sort()).toEqual([...names].sort());
    await statusOf(change({ save: { name: 'slow', query: 'sort=newest' } }));
    const [{ query } = { query: '' }] = (await view<SavedViews>('saved-views')).rows.filter(
      ({ name }) => name === 'slow',
    );
    expect(query).toBe('sort=newest');
    await statusOf(change({ remove: "O'Neil's" }));
    expect((await saved()).sort()).toEqual(['errors', 'slow']);
    expect(await statusOf(change({ remove: 'slow' }, reader))).toBe(403);
    expect(await statusOf(change({ remove: 'slow' }, { ...person, origin: 'https://evil.test' }))).toBe(403);
    expect((await saved()).sort()).toEqual(['errors', 'slow']);
  });

  it('shows two servers and their environments', async () => {
    await send(exported(call({ server: 'tides' }), call({ server: 'tides', environment: 'staging' })));
    await send(exported(call({ server: 'lamps', environment: 'staging' })));
    const found = async (query: string) =>
      (await view<TracePage>(`traces?${query}`)).rows.map(({ server }) => server).sort();
    expect(await found('environment=staging')).toEqual(['lamps', 'tides']);
    expect(await found('server=tides')).toEqual(['tides', 'tides']);
    expect(await found('server=tides&environment=staging')).toEqual(['tides']);
    const facets = JSON.stringify(await view<Facets>('facets?names=server,environment'));
    expect(['lamps', 'tides', 'staging', 'production'].filter((name) => !facets.includes(name))).toEqual([]);
  });

  it('reports missing views and invalid parameters', async () => {
    for (const [path, status, words] of BAD_QUESTIONS) {
      const answer = await ask(`/view/${path}`, { headers: reader });
      expect([path, answer.status]).toEqual([path, status]);
      expect(((await answer.json()) as { error: string }).error).toContain(words);
    }
  });

  it('polls every few seconds without a Durable Object', async () => {
    expect(await statusOf(ask('/view/live', { headers: { ...reader, upgrade: 'websocket' } }))).toBe(426);
    const answer = await ask('/view/live', { headers: reader });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const stream = answer.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    const readUntil = async (word: string) => {
      while (!text.includes(word)) text += decoder.decode((await stream?.read())?.value as Uint8Array);
    };
    await readUntil(': still here');
    await send(exported(call()));
    await readUntil('event: changed');
    await stream?.cancel();
  }, 30_000);
});

it('lm traces --follow --remote prints a call when it arrives', async () => {
  const child = spawn(process.execPath, [LM, 'traces', '--follow', '--remote', '--tool', 'add'], {
    env: { ...process.env, LOOM_SERVER_URL: (await miniflare.ready).origin, LOOM_SERVER_KEY: readPair },
  });
  onTestFinished(() => void child.kill());
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  await expect.poll(() => err, { timeout: 30_000 }).toContain('Waiting for new traces');
  const one = call({ server: 'followed' });
  await send(exported(one));
  await expect.poll(() => out, { timeout: 30_000 }).toContain(one.traceId?.slice(0, 12));
}, 90_000);

it('Cloudflare’s rate limit binding limits one key', async () => {
  await use({ limited: true });
  const answers: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    answers.push(await statusOf(ask('/view/filled', { headers: reader })));
  }
  expect(answers[0]).toBe(200);
  expect(answers).toContain(429);
  // Another key has its own limit.
  expect(
    await statusOf(
      ask(TRACES, { method: 'POST', headers: { ...writer, 'content-type': 'application/json' }, body: '{}' }),
    ),
  ).toBe(200);
  await use({});
});

it('deletes the oldest traces beyond the configured size, and keeps the newest', async () => {
  const text = 'x'.repeat(2000);
  const hour = Math.floor(Date.now() / HOUR - 5) * HOUR;
  for (let n = 0; n < 5; n += 1) {
    await send(
      exported(...Array.from({ length: 20 }, () => call({ server: 'large', text, start: hour + n }))),
    );
  }
  const ids = () => sql.all<{ seq: number }>('SELECT seq FROM traces ORDER BY seq');
  const before = await ids();
  const days = `from=${hour - 72 * HOUR}&to=${hour + HOUR}`;
  /** Of whole hours, which need no row of a trace. */
  const figures = async () => {
    const { points, total } = await view<Curves>(`curves?${days}`);
    const { tools } = await view<Overview>(`overview?${days}`);
    return { points, total, tools };
  };
  const whole = await figures();
  expect(whole.total.requests).toBe(100);
  expect(whole.total.latency.p95).toBeGreaterThan(0);
  await use({ vars: { RETENTION_MB: '0.15' } });
  await cron();
  await use({});
  const after = await ids();
  expect(after.length).toBeGreaterThan(10);
  expect(after.length).toBeLessThan(before.length / 2);
  expect(after).toEqual(before.slice(-after.length));
  const rest = await sql.get<{ lost: number; n: number }>(
    `SELECT (SELECT COUNT(*) FROM observations o WHERE NOT EXISTS (SELECT 1 FROM traces t WHERE t.id = o.trace_id)) AS lost,
      (SELECT SUM(n) FROM trace_hours) AS n`,
  );
  // Hourly counts stay, and with them curves, percentiles and the table of tools.
  expect(rest).toEqual({ lost: 0, n: before.length });
  expect(await figures()).toEqual(whole);
});
