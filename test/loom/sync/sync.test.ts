import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tag } from '../../../packages/loom/src/atlas.js';
import { claimIssue } from '../../../packages/loom/src/issues/changes.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { type Receiver, startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { recordDecision, recordOutcome } from '../../../packages/loom/src/routing/store.js';
import { endSession } from '../../../packages/loom/src/sessions/store.js';
import { Lock } from '../../../packages/loom/src/store/lock.js';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { type SyncOptions, sync } from '../../../packages/loom/src/sync/run.js';
import { waitOf } from '../../../packages/loom/src/sync/server-wait.js';
import { data, lm, lmStarted, project, sleeper } from '../project.js';
import { fill, START } from './records.js';

const keysFor = (baseUrl: string) => ({ publicKey: 'pk', secretKey: 'sk', baseUrl, from: 'the test' });
const options = (url: string, more: Partial<SyncOptions> = {}): SyncOptions => ({
  keys: keysFor(url),
  settleMs: 20,
  ...more,
});

async function receiver(): Promise<Receiver> {
  // In the place of Langfuse. With its own version, it would be rejected.
  const started = await startReceiver({ version: '4.16.0' });
  onTestFinished(() => started.close());
  return started;
}

type Handler = (
  path: string,
  body: { resourceSpans?: unknown } | null,
) => { status: number; body?: unknown; headers?: Record<string, string> };

/** A server that answers as the test says, and counts its requests. */
async function answering(handler: Handler): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const path = (request.url ?? '').split('?')[0] ?? '';
    paths.push(path);
    const raw = Buffer.concat(chunks);
    const { status, body, headers } = handler(
      path,
      raw.length > 0 ? JSON.parse(gunzipSync(raw).toString()) : null,
    );
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

const spanIds = (body: unknown): string[] =>
  (body as { resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[] }).resourceSpans.flatMap(
    (r) => r.scopeSpans.flatMap((s) => s.spans.map((span) => span.spanId)),
  );

const TRACES = '/api/public/otel/v1/traces';

describe('the sent data', () => {
  it('is one trace for each turn, with its calls and tools, session, cost and Atlas terms', async () => {
    const { db } = project();
    fill(db, 10);
    tag(db, 'session', 'ses-0', { 'ai_task.type': 'generate' });
    tag(db, 'llm_call', 'ses-0-1-0', { 'ai_task.type': 'classify' });
    const server = await receiver();
    expect(await sync(db, options(server.url))).toMatchObject({ sent: 10, left: 0, stopped: null });
    const [trace, ...others] = server.traces();
    expect(others).toEqual([]);
    expect(trace).toMatchObject({
      name: 'claude-code: turn 1',
      sessionId: 'ses-0',
      tags: ['agent:claude-code'],
      root: { type: 'agent', startMs: START + 1000, durationMs: 900 },
    });
    expect(trace?.root?.children.map((child) => child.type)).toEqual([
      ...Array(8).fill('generation'),
      'tool',
    ]);
    expect(trace?.root?.children[0]).toMatchObject({
      model: 'claude-sonnet-4-5',
      usage: { input: 100, output: 10 },
      cost: { total: 0.00045 },
      metadata: { 'ai_task.type': 'classify', cost_basis: 'calculated' },
    });
    expect(trace?.root?.children[1]?.metadata['ai_task.type']).toBe('generate');
  });

  it('has no cost if it is unknown, so that Langfuse does not show $0', async () => {
    const { db } = project();
    fill(db, 3);
    db.run("UPDATE llm_calls SET cost_micros = NULL, cost_basis = 'unpriced' WHERE id = 'ses-0-1-0'");
    db.run("UPDATE llm_calls SET cost_basis = 'estimated' WHERE id = 'ses-0-1-1'");
    const server = await receiver();
    await sync(db, options(server.url));
    expect(server.traces()[0]?.root?.children.map((child) => child.cost)).toEqual([null, null]);
  });

  it('contains routing, its later outcome, issue changes, and the session’s scores', async () => {
    const { db } = project();
    fill(db, 2);
    const actor = { name: 'claude-code', sessionId: 'ses-0' };
    const issue = createIssue(db, { title: 'x' }, { name: 'ana', sessionId: null }, START);
    claimIssue(db, issue.id, actor, START + 1500);
    const decision = recordDecision(
      db,
      { model: 'm', confidence: 0.7, strategy: 's', sessionId: 'ses-0', issueId: issue.id },
      START + 1500,
    );
    endSession(db, 'ses-0', 'complete', null, START + 5000);
    const server = await receiver();
    await sync(db, options(server.url));
    const names = () => server.traces()[0]?.root?.children.map((child) => child.name);
    expect(names()).toEqual(['claude-sonnet-4-5', 'issue in_progress', 'routing']);
    const scores = () =>
      Object.fromEntries(
        [...(server.traces()[0]?.scores ?? []), ...server.sessionScores()].map((score) => [
          score.name,
          score.value,
        ]),
      );
    expect(scores()).toMatchObject({
      routing_confidence: 0.7,
      session_status: 'complete',
      iterations: 1,
      cost_usd: 0.00045,
    });
    recordOutcome(db, decision.id, { success: true }, START + 6000);
    await sync(db, options(server.url));
    expect(scores()).toMatchObject({ routing_confidence: 0.7, routing_success: 1 });
    expect(names()).toHaveLength(3);
    expect(server.traces()[0]?.duplicates).toEqual([]);
  });

  it('never contains imported records', async () => {
    const { db } = project();
    fill(db, 1);
    db.run(
      "INSERT INTO llm_calls(id, session_id, model, started_at, source) VALUES ('old', 'ses-0', 'm', 1, 'import')",
    );
    expect(new Outbox(db).status().queued).toBe(1);
  });
});

describe('a server that', () => {
  it('rejects a batch for one bad span gets all the others', async () => {
    const { db } = project();
    fill(db, 40);
    const seen: string[] = [];
    let bad: string | undefined;
    const server = await answering((_, body) => {
      const ids = spanIds(body);
      bad ??= ids[17];
      if (ids.includes(bad ?? '')) {
        return { status: 400, body: { message: 'Invalid span' } };
      }
      seen.push(...ids);
      return { status: 200 };
    });
    expect(await sync(db, options(server.url))).toMatchObject({ sent: 39, dead: 1, left: 0 });
    expect(new Set(seen).size).toBe(39);
    expect(seen).toHaveLength(39);
    expect(new Outbox(db).status().dead_reasons).toMatchObject([
      { count: 1, reason: expect.stringContaining('Invalid span') },
    ]);
  });

  it('rejects the keys stops the run immediately, and no record is lost', async () => {
    const { db } = project();
    fill(db, 3);
    const server = await answering(() => ({ status: 401 }));
    const report = await sync(db, options(server.url));
    expect(report).toMatchObject({
      sent: 0,
      left: 3,
      stopped: expect.stringContaining('does not accept the keys from the test'),
    });
    expect(server.paths).toHaveLength(1);
    expect(new Outbox(db).open()).toEqual({ queued: 3, sending: 0 });
  });

  it('requests a long wait gets no requests for that time, even by later runs', async () => {
    const { db } = project();
    fill(db, 3);
    const server = await answering(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    const report = await sync(db, options(server.url));
    expect(report).toMatchObject({ sent: 0, left: 3, stopped: expect.stringContaining('(rate limit)') });
    expect((await sync(db, options(server.url))).stopped).toBe(report.stopped);
    expect(server.paths).toHaveLength(1);
    expect(new Outbox(db).open()).toEqual({ queued: 3, sending: 0 });
    const other = await answering(() => ({ status: 200 }));
    expect(await sync(db, options(other.url))).toMatchObject({ sent: 3, stopped: null });
    expect(waitOf(db, server.url, Date.now() + 3_700_000)).toBeUndefined();
    expect(waitOf(db, server.url, Date.now() - 86_400_000)).toBeUndefined();
  });

  it('is not Langfuse is reported', async () => {
    const { db } = project();
    fill(db, 1);
    const server = await answering(() => ({ status: 404 }));
    expect((await sync(db, options(server.url))).stopped).toContain('is not a Langfuse server');
  });

  it('does not respond leaves all records queued', async () => {
    const { db } = project();
    fill(db, 3);
    const gone = await startReceiver();
    await gone.close();
    const report = await sync(db, options(gone.url, { settleMs: 1 }));
    expect(report.stopped).toContain('failed 6 times in a row');
    expect(new Outbox(db).open()).toEqual({ queued: 3, sending: 0 });
  });

  it('has no lookup does not get the same spans again, unless you choose to', async () => {
    const { db } = project();
    fill(db, 3);
    let broken = true;
    const server = await answering((path) =>
      path === TRACES ? { status: broken ? 500 : 200 } : { status: 404 },
    );
    const report = await sync(db, options(server.url));
    expect(report.stopped).toContain('this server has no lookup');
    expect(server.paths.filter((path) => path === TRACES)).toHaveLength(1);
    broken = false;
    expect(await sync(db, options(server.url, { unknown: 'resend' }))).toMatchObject({ sent: 3, left: 0 });
  });

  it('accepts a part without naming it is queried; spans that it keeps rejecting are given up', async () => {
    const { db } = project();
    fill(db, 2);
    const stored = new Set<string>();
    const server = await answering((path, body) => {
      if (path !== TRACES) {
        return { status: 200, body: { data: [...stored].map((id) => ({ id })), meta: {} } };
      }
      const [first = '', ...refused] = spanIds(body);
      if (stored.size === 0) {
        stored.add(first);
      } else {
        refused.push(first);
      }
      return {
        status: 200,
        body: { partialSuccess: { rejectedSpans: refused.length, errorMessage: 'too big' } },
      };
    });
    expect(await sync(db, options(server.url))).toMatchObject({ found: 1, dead: 1, left: 0 });
  });
});

describe('lm sync', () => {
  it('without keys reports that and the next step, and exits with 8', () => {
    const { dir, db } = project();
    fill(db, 2);
    const ran = lm(dir, ['sync']);
    expect([ran.code, ran.stdout]).toEqual([8, '']);
    expect(ran.stderr).toContain('2 queued records stay');
    expect(ran.stderr).toContain('Set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY');
  });

  it.each(['langfuse.example.com', 'sk-lf-in-the-wrong-place', 'https://me:secret@langfuse.example.com'])(
    'with an invalid address reports that without quoting it, and marks nothing as being sent: %s',
    (address) => {
      const { dir } = project();
      lm(dir, ['session', 'start']);
      lm(dir, ['session', 'end']);
      const env = { LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk', LANGFUSE_BASE_URL: address };
      const ran = lm(dir, ['sync'], env);
      expect(ran.code).toBe(8);
      expect(ran.stderr).toContain('LANGFUSE_BASE_URL from the environment is no web address.');
      const status = lm(dir, ['sync', '--status', '--json'], env);
      expect(data(status)).toMatchObject({ queued: 2, sending: 0, base_url: null });
      const doctor = lm(dir, ['doctor'], env);
      expect(doctor.stdout).toContain('✗ langfuse: LANGFUSE_BASE_URL');
      const said = [ran, status, lm(dir, ['sync', '--dry-run'], env), doctor];
      expect(said.filter(({ stdout, stderr }) => (stdout + stderr).includes(address))).toEqual([]);
    },
  );

  it('finds the keys in .dev.vars, and sends with them', async () => {
    const { dir, db } = project();
    fill(db, 2);
    const server = await receiver();
    writeFileSync(
      `${dir}/.dev.vars`,
      `LANGFUSE_PUBLIC_KEY="pk"\nLANGFUSE_SECRET_KEY=sk\nLANGFUSE_BASE_URL=${server.url}/\n`,
    );
    expect(data(await lmStarted(dir, ['sync', '--json']))).toMatchObject({ sent: 2, left: 0 });
    expect(server.traces()).toHaveLength(1);
  });

  it('with the keys of another project reports that sent records are not sent again', async () => {
    const { dir } = project();
    const [first, second] = [await receiver(), await receiver()];
    const run = async (to: Receiver) =>
      data(
        await lmStarted(dir, ['sync', '--json'], {
          LANGFUSE_PUBLIC_KEY: 'pk',
          LANGFUSE_SECRET_KEY: 'sk',
          LANGFUSE_BASE_URL: to.url,
        }),
      );
    lm(dir, ['session', 'start']);
    lm(dir, ['session', 'end']);
    expect(await run(first)).toMatchObject({ sent: 2, other_keys: false });
    expect(await run(second)).toMatchObject({ sent: 0, other_keys: true });
    expect(await run(second)).toMatchObject({ sent: 0, other_keys: false });
  });

  it('--dry-run and --status send nothing', () => {
    const { dir, db } = project();
    fill(db, 10);
    expect(data(lm(dir, ['sync', '--dry-run', '--json']))).toMatchObject({
      total: 10,
      queued: [
        { entity: 'iteration', count: 1 },
        { entity: 'llm_call', count: 8 },
        { entity: 'tool_call', count: 1 },
      ],
    });
    expect(data(lm(dir, ['sync', '--status', '--json']))).toMatchObject({
      queued: 10,
      sent: 0,
      last_sent_at: null,
    });
  });

  it('runs only once at the same time', async () => {
    const { dir, db } = project();
    const other = sleeper();
    db.run(
      "INSERT INTO locks(name, owner, expires_at) VALUES ('sync', ?, ?)",
      JSON.stringify({ id: 'x', host: hostname(), pid: other.pid }),
      Date.now() + 60_000,
    );
    const keys = {
      LANGFUSE_PUBLIC_KEY: 'pk',
      LANGFUSE_SECRET_KEY: 'sk',
      LANGFUSE_BASE_URL: 'http://127.0.0.1:1',
    };
    expect(lm(dir, ['sync'], keys)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`process ${other.pid}`),
    });
    await other.kill();
    expect(lm(dir, ['sync'], keys).code).toBe(0);
  });
});

it('does not wait after the clock was set back', async () => {
  const { db } = project();
  fill(db, 2);
  // As if a process had claimed them before the clock was set back, and then died.
  new Outbox(db).claim('spans', Date.now() + 86_400_000);
  const server = await receiver();
  expect(await sync(db, options(server.url))).toMatchObject({ sent: 2, found: 0, left: 0 });
});

describe('a lock', () => {
  it('expires with its time, and its holder notices', () => {
    const { db } = project();
    const [first, second] = [new Lock(db, 'x', 1000), new Lock(db, 'x', 1000)];
    expect(first.take(1000)).toBeUndefined();
    expect(second.take(1500)?.pid).toBe(process.pid);
    expect(first.renew(1900)).toBe(true);
    expect(second.take(2500)?.pid).toBe(process.pid);
    expect(second.take(2901)).toBeUndefined();
    expect(first.renew(3000)).toBe(false);
    first.release();
    expect(second.renew(3000)).toBe(true);
  });
});
