import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { endSession } from '../../../packages/loom/src/sessions/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { requireLangfuse } from '../../../packages/loom/src/sync/require-langfuse.js';
import { type SyncReport, sync } from '../../../packages/loom/src/sync/run.js';
import { verify } from '../../../packages/loom/src/sync/verify.js';
import { lmStarted, project } from '../project.js';
import { fill, START } from './records.js';

const keysFor = (baseUrl: string) => ({ publicKey: 'pk', secretKey: 'sk', baseUrl, from: 'the test' });
const run = (db: Database, url: string): Promise<SyncReport> =>
  sync(db, { keys: keysFor(url), settleMs: 20 });

type Answer = readonly [status: number, headers: Record<string, string>, body: string];

/** A server with the same response to everything, or with one for each path. */
async function server(answer: Answer | ((path: string, body: string) => Answer)): Promise<string> {
  const started = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const bytes = Buffer.concat(await request.toArray());
    const path = (request.url ?? '').split('?')[0] ?? '';
    const body = bytes.length > 0 ? gunzipSync(bytes).toString() : '';
    const [status, headers, text] = typeof answer === 'function' ? answer(path, body) : answer;
    response.writeHead(status, headers);
    response.end(text);
  });
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    started.close();
    started.closeAllConnections();
  });
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const HTML = { 'content-type': 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json' };
const TRACES = '/api/public/otel/v1/traces';

const wrong: [string, Answer, string][] = [
  ['a page', [200, HTML, '<!doctype html><title>Hello</title>'], 'text/html instead of a JSON object'],
  ['nothing', [200, {}, ''], 'an empty body'],
  ['a text', [200, { 'content-type': 'text/plain' }, 'OK'], 'text/plain instead of a JSON object'],
  ['a list', [200, JSON_TYPE, '[]'], 'instead of a JSON object'],
  [
    'a login elsewhere',
    [302, { location: 'https://login.example/?next=secret' }, ''],
    'a redirect to https://login.example',
  ],
  ['a move for good', [308, { location: '/elsewhere' }, ''], 'a redirect to http://127.0.0.1'],
];

describe('a server that is not Langfuse, and answers with', () => {
  it.each(wrong)('%s, is detected before anything is sent', async (_, answer, words) => {
    const url = await server(answer);
    await expect(requireLangfuse(keysFor(url))).rejects.toThrow(words);
    await expect(requireLangfuse(keysFor(url))).rejects.toThrow(url);
  });

  it.each(wrong)(
    '%s, gets no record marked as sent, and the right server gets all later',
    async (_, answer, words) => {
      const { db } = project();
      fill(db, 12);
      endSession(db, 'ses-0', 'complete', null, START + 5000);
      const url = await server(answer);
      const report = await run(db, url);
      expect(report).toMatchObject({ sent: 0, dead: 0, left: 13, stopped: expect.stringContaining(words) });
      expect(report.stopped).toContain(url);
      expect(report.stopped).not.toContain('secret');
      expect(new Outbox(db).open()).toEqual({ queued: 13, sending: 0 });
      const right = await startReceiver({ version: '4.16.0' });
      onTestFinished(() => right.close());
      expect(await run(db, right.url)).toMatchObject({ sent: 13, left: 0, stopped: null });
      expect(right.traces().flatMap(({ duplicates }) => duplicates)).toEqual([]);
    },
  );

  it('a login page before the keys, has another error than wrong keys', async () => {
    const proxy = await server([401, HTML, '<html>Sign in</html>']);
    await expect(requireLangfuse(keysFor(proxy))).rejects.toThrow('does not answer like Langfuse');
    const langfuse = await server((path) =>
      path.endsWith('/health')
        ? [200, JSON_TYPE, '{"status":"OK","version":"4.16.0"}']
        : [401, JSON_TYPE, '{"message":"Invalid credentials"}'],
    );
    await expect(requireLangfuse(keysFor(langfuse))).rejects.toThrow(
      'does not accept the keys from the test',
    );
  });

  it('a page only for scores, does not lose the scores', async () => {
    const { db } = project();
    fill(db, 2);
    endSession(db, 'ses-0', 'complete', null, START + 5000);
    const url = await server((path) =>
      path === TRACES ? [200, JSON_TYPE, '{}'] : [200, JSON_TYPE, '{"id":"x"}'],
    );
    expect(await run(db, url)).toMatchObject({
      sent: 2,
      left: 1,
      stopped: expect.stringContaining('without the list of what was taken'),
    });
  });

  it('no list of observations, does not count as an empty list', async () => {
    const { db } = project();
    fill(db, 2);
    let times = 0;
    const url = await server((path) => {
      times += Number(path === TRACES);
      return path === TRACES ? [502, {}, 'bad gateway'] : [200, JSON_TYPE, '{}'];
    });
    expect(await run(db, url)).toMatchObject({ sent: 0, stopped: expect.stringContaining('without data') });
    expect(times).toBe(1);
    expect(new Outbox(db).open()).toEqual({ queued: 0, sending: 2 });
  });
});

it('scores keep their own time, and a rejected one does not block the others', async () => {
  const { db } = project();
  fill(db, 200);
  endSession(db, 'ses-0', 'complete', null, START + 5000);
  endSession(db, 'ses-1', 'complete', null, START + 5000);
  const right = await startReceiver({ version: '4.16.0' });
  onTestFinished(() => right.close());
  const scores: { id: string; timestamp: string; body: { sessionId: string } }[] = [];
  const url = await server((path, body) => {
    if (path !== '/api/public/ingestion') {
      return [200, JSON_TYPE, '{}'];
    }
    const { batch } = JSON.parse(body) as { batch: typeof scores };
    scores.push(...batch);
    const bad = batch.filter((event) => event.body.sessionId === 'ses-1');
    return [
      207,
      JSON_TYPE,
      JSON.stringify({
        successes: batch.filter((event) => !bad.includes(event)).map(({ id }) => ({ id, status: 201 })),
        errors: bad.map(({ id }) => ({
          id,
          status: 400,
          message: 'Invalid request data',
          error: 'no such session',
        })),
      }),
    ];
  });
  const report = await run(db, url);
  expect(report).toMatchObject({ sent: 201, dead: 1, left: 0, stopped: null });
  expect(report.set_aside).toEqual([
    { entity: 'session', id: 'ses-1', reason: 'HTTP 400 Invalid request data: no such session' },
  ]);
  expect(new Set(scores.map(({ timestamp }) => timestamp))).toEqual(new Set([new Date(START).toISOString()]));
  db.run('UPDATE sessions SET score_sync = 0');
  db.run('DELETE FROM outbox');
  await run(db, right.url);
  expect(new Set(right.sessionScores().map(({ atMs }) => atMs))).toEqual(new Set([START]));
});

it('a record that can’t be converted is reported and set aside, and the rest is sent', async () => {
  const { db, dir } = project();
  fill(db, 20);
  endSession(db, 'ses-0', 'complete', null, START + 5000);
  // Beyond all calendars, as from a clock in nanoseconds.
  db.run('UPDATE sessions SET started_at = 9e15');
  db.run(
    `INSERT INTO observations(trace_id, id, name, started_us, source, sync, detail)
     VALUES ('t', 'o', 'broken', 1, 'otlp', 0, '[]')`,
  );
  const right = await startReceiver({ version: '4.16.0' });
  onTestFinished(() => right.close());
  const ran = await lmStarted(dir, ['sync'], {
    LANGFUSE_PUBLIC_KEY: 'pk',
    LANGFUSE_SECRET_KEY: 'sk',
    LANGFUSE_BASE_URL: right.url,
  });
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^20 sent to .*\nSkipped 2 that can't be sent:\n {2}observation 1: it can't/);
  expect(ran.stdout).toContain("session ses-0: it can't be converted: Invalid time value");
  expect(new Outbox(db).status()).toMatchObject({ dead: 2, queued: 0 });
});

describe('lm sync --verify', () => {
  it('reads a sample back, and lists missing and different records', async () => {
    const { db, dir } = project();
    const right = await startReceiver({ version: '4.16.0' });
    onTestFinished(() => right.close());
    const env = { LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk', LANGFUSE_BASE_URL: right.url };
    fill(db, 3);
    await lmStarted(dir, ['sync'], env);
    const same = await lmStarted(dir, ['sync', '--verify'], env);
    expect(same).toMatchObject({
      code: 0,
      stdout: `Read 3 of the sent records back from ${right.url}: 3 are the same.\nScores are not read back.\n`,
    });
    db.run("UPDATE llm_calls SET model = 'another' WHERE id = 'ses-0-1-0'");
    db.run(
      "INSERT INTO llm_calls(id, session_id, iteration, model, started_at, sync) VALUES ('never', 'ses-0', 1, 'm', ?, 2)",
      START + 1500,
    );
    const found = await verify(db, keysFor(right.url));
    expect(found).toMatchObject({
      asked: 4,
      same: 2,
      missing: ['llm_call never'],
      different: ['llm_call ses-0-1-0: name "claude-sonnet-4-5", sent as "another"'],
      stopped: null,
    });
    const page = await server([200, HTML, '<html></html>']);
    expect(await verify(db, keysFor(page))).toMatchObject({
      asked: 0,
      stopped: expect.stringContaining('text/html'),
    });
  });
});
