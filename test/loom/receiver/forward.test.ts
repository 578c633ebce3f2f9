import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { type Receiver, startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { decodeBatch } from '../../../packages/loom/src/receiver/ingestion.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import type { ReceivedScore } from '../../../packages/loom/src/receiver/trace.js';
import { rejection } from '../../../packages/loom/src/receiver/validate.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { EntityReader } from '../../../packages/loom/src/sync/entities.js';
import {
  beginForwarding,
  endForwarding,
  ForwardQueue,
  FROM_START,
  startForwarding,
} from '../../../packages/loom/src/sync/forward.js';
import { readForwardKeys } from '../../../packages/loom/src/sync/keys.js';
import { exportRequest } from '../../../packages/loom/src/sync/otlp.js';
import { sync } from '../../../packages/loom/src/sync/run.js';
import { SpanMaker } from '../../../packages/loom/src/sync/spans.js';
import { tempDir } from '../../support/folder.js';
import { serve } from '../dashboard/serve.js';
import { data, lmStarted, project } from '../project.js';
import { exportOf, ROOT_ID, span, TRACE_ID } from './exports.js';
import { hostileExport } from './hostile-bodies.js';

// The outbox of a laptop. test/loom/server/forward.test.ts tests the forwarding of a team's server.
const NOW = 1_763_800_000_000;
const pricer = () => ({ micros: null, version: null });
const keysFor = (baseUrl: string) => ({ publicKey: 'pk', secretKey: 'sk', baseUrl, from: 'the test' });
const stored = (db: Database) => new SqliteTraceStore(db, { pricer, now: () => NOW });

/** A receiver in the place of Langfuse. */
async function langfuse(): Promise<Receiver> {
  const started = await startReceiver({ version: '4.16.0' });
  onTestFinished(() => started.close());
  return started;
}

const score = (value: number): ReceivedScore => ({
  id: 'of a test',
  name: 'quality',
  value,
  dataType: 'NUMERIC',
  comment: 'fine',
  traceId: TRACE_ID,
  observationId: ROOT_ID,
  sessionId: null,
  metadata: { by: 'me' },
  atMs: NOW,
});

it('a stored span is the same after it is forwarded and read again', () => {
  const { db } = project();
  const store = stored(db);
  const maker = new SpanMaker(new EntityReader(db), 'project');
  fc.assert(
    fc.property(hostileExport, (body) => {
      db.exec('DELETE FROM traces; DELETE FROM observations');
      const received: unknown = JSON.parse(JSON.stringify(body));
      if (rejection(received)) {
        return;
      }
      store.add({ spans: decodeExport(received) });
      const rows = db.all<{ seq: number }>('SELECT seq FROM observations ORDER BY seq');
      for (const { seq } of rows) {
        const sent = exportRequest([maker.make('observation', String(seq)) ?? expect.fail('it is gone')]);
        expect(rejection(sent)).toBeUndefined();
        const [again] = decodeExport(JSON.parse(JSON.stringify(sent)));
        const [before] = store.observations(only(seq)).spans;
        expect(withoutOwn(again)).toEqual(withoutOwn(before));
      }
    }),
    {
      numRuns: 100,
      // A member of metadata with an empty name.
      examples: [[exportOf(span({ attributes: { 'langfuse.observation.metadata': { '': 1 } } }))]] as never,
    },
  );
});

/** The forwarded span has more of Langfuse's names than the received one, with the same meaning. */
function withoutOwn(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member) => (key === 'own' ? undefined : member));
}

const only = (seq: number) => ({
  traceId: undefined,
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY,
  after: seq - 1,
  limit: 1,
});

describe('lm sync --traces', () => {
  it('sends all data of the receiver once; a changed score is sent again', async () => {
    const { dir, db } = project();
    const store = stored(db);
    store.add({
      spans: decodeExport(
        exportOf(
          span({ attributes: { 'langfuse.observation.input': { a: 1 }, 'session.id': 's1' } }),
          span({ spanId: '00f067aa0ba902b8', parentSpanId: ROOT_ID, name: 'child' }),
        ),
      ),
      scores: [score(0.2)],
    });
    const server = await langfuse();
    const env = { LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk', LANGFUSE_BASE_URL: server.url };
    const run = async () => data(await lmStarted(dir, ['sync', '--traces', '--json'], env));
    expect(await run()).toMatchObject({ sent: 3, left: 0 });
    expect(withoutOwn(server.traces())).toEqual(withoutOwn([store.trace(TRACE_ID)]));
    expect(await run()).toMatchObject({ sent: 0 });
    store.add({ scores: [score(0.9)] });
    expect(await run()).toMatchObject({ sent: 1 });
    expect(server.traces()[0]).toMatchObject({ duplicates: [], scores: [{ value: 0.9 }] });
  });

  it('sends no data of the receiver without the flag', async () => {
    const { db } = project();
    stored(db).add({ spans: decodeExport(exportOf(span())), scores: [score(1)] });
    const server = await langfuse();
    expect(await sync(db, { keys: keysFor(server.url) })).toMatchObject({ sent: 0, left: 0 });
  });
});

it('data of the ingestion API is sent after it has settled, as one tree with ids that OTLP accepts', async () => {
  const { db, loomDir } = project();
  const event = (type: string, body: object) => ({ id: type, type, timestamp: new Date(NOW), body });
  const batch = decodeBatch(
    JSON.parse(
      JSON.stringify({
        batch: [
          event('trace-create', { id: 'my trace', name: 'call', input: 1 }),
          event('span-create', { id: 'a/b', traceId: 'my trace', name: 'lookup' }),
          event('generation-create', {
            id: 'c',
            traceId: 'my trace',
            parentObservationId: 'a/b',
            name: 'llm',
          }),
        ],
      }),
    ),
    () => 'new',
  );
  stored(db).add(typeof batch === 'string' ? expect.fail(batch) : batch);
  const queue = new ForwardQueue(db, FROM_START);
  expect(queue.fill(NOW + 1000)).toBe(0);
  expect(queue.fill(NOW + 60_000)).toBe(3);
  expect(queue.fill(NOW + 90_000)).toBe(0);
  const server = await langfuse();
  const { view } = await serve(loomDir, { context: { langfuseUrl: server.url } });
  const langfuseUrl = async () => (await view<'traces/:id'>('traces/my%20trace')).langfuseUrl;
  expect(await langfuseUrl()).toBeNull();
  expect(await sync(db, { keys: keysFor(server.url) })).toMatchObject({ sent: 3, dead: 0 });
  const [trace] = server.traces();
  expect(trace?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(await langfuseUrl()).toBe(`${server.url}/trace/${trace?.id}`);
  expect(trace?.root).toMatchObject({
    name: 'call',
    input: 1,
    children: [{ name: 'lookup', children: [{ name: 'llm', type: 'generation' }] }],
  });
});

it('large traces are sent in several requests', async () => {
  const { db } = project();
  const text = 'x'.repeat(200_000);
  const spans = Array.from({ length: 100 }, (_, n) =>
    span({ spanId: (n + 1).toString(16).padStart(16, '0'), attributes: { text } }),
  );
  stored(db).add({ spans: decodeExport(exportOf(...spans)) });
  new ForwardQueue(db, FROM_START).fill();
  let requests = 0;
  const server = await startReceiver({
    version: '4',
    onChange: () => {
      requests += 1;
    },
  });
  onTestFinished(() => server.close());
  expect(await sync(db, { keys: keysFor(server.url) })).toMatchObject({ sent: 100 });
  expect(requests).toBe(4);
});

it('lm dashboard --forward sends new data until it is stopped', async () => {
  const { db } = project();
  const store = stored(db);
  store.add({ spans: decodeExport(exportOf(span())) });
  const server = await langfuse();
  const forwarding = startForwarding(db, keysFor(server.url), () => {});
  store.add({ spans: decodeExport(exportOf(span({ traceId: 'b'.repeat(32) }))) });
  const [first] = await server.waitForTraces(1, { timeoutMs: 20_000 });
  await forwarding.stop();
  expect(first?.id).toBe('b'.repeat(32));
  expect(server.traces()).toHaveLength(1);
});

describe('data that arrives while forwarding is on', () => {
  const traceId = (letter: string) => letter.repeat(32);
  const take = (db: Database, letter: string) =>
    stored(db).add({ spans: decodeExport(exportOf(span({ traceId: traceId(letter) }))) });
  const ids = (server: Receiver) => server.traces().map((trace) => trace.id[0]);

  it('is sent once, even if the process was killed before queuing it', async () => {
    const { db } = project();
    take(db, 'a');
    beginForwarding(db);
    take(db, 'b');
    // It is killed here. The next run, without --forward, finishes its queue.
    expect(endForwarding(db)).toBe(1);
    take(db, 'c');
    expect(endForwarding(db)).toBe(0);
    const server = await langfuse();
    expect(await sync(db, { keys: keysFor(server.url) })).toMatchObject({ sent: 1, left: 0 });
    expect(ids(server)).toEqual(['b']);
    // And the next run, with --forward, continues from there.
    beginForwarding(db);
    take(db, 'd');
    const forwarding = startForwarding(db, keysFor(server.url), () => {});
    await server.waitForTraces(2, { timeoutMs: 20_000 });
    await forwarding.stop();
    expect(ids(server)).toEqual(['b', 'd']);
    expect(server.traces().flatMap((trace) => trace.duplicates)).toEqual([]);
  });

  it('waits in the queue if it arrived just before the end', async () => {
    const { db } = project();
    const server = await langfuse();
    const forwarding = startForwarding(db, keysFor(server.url), () => {});
    take(db, 'a');
    await forwarding.stop();
    await sync(db, { keys: keysFor(server.url) });
    expect(ids(server)).toEqual(['a']);
  });
});

it('forwarding continues after the database could not be read', async () => {
  const { db } = project();
  const server = await langfuse();
  beginForwarding(db);
  db.exec('ALTER TABLE scores RENAME TO gone');
  const told: unknown[] = [];
  const forwarding = startForwarding(db, keysFor(server.url), (report) => told.push(report));
  expect(told).toMatchObject([{ message: expect.stringContaining('no such table') }]);
  db.exec('ALTER TABLE gone RENAME TO scores');
  stored(db).add({ spans: decodeExport(exportOf(span())) });
  await server.waitForTraces(1, { timeoutMs: 20_000 });
  await forwarding.stop();
});

it('uses no keys for this machine, unless the environment sets them', () => {
  const dir = tempDir();
  const file = (name: string, url: string) =>
    writeFileSync(
      join(dir, name),
      `LANGFUSE_PUBLIC_KEY=pk\nLANGFUSE_SECRET_KEY=sk\nLANGFUSE_BASE_URL=${url}\n`,
    );
  file('.dev.vars', 'http://127.0.0.1:4319');
  expect(readForwardKeys(dir, {})).toBeUndefined();
  file('.env', 'https://cloud.langfuse.com');
  expect(readForwardKeys(dir, {})).toMatchObject({ from: '.env', baseUrl: 'https://cloud.langfuse.com' });
  const env = {
    LANGFUSE_PUBLIC_KEY: 'pk',
    LANGFUSE_SECRET_KEY: 'sk',
    LANGFUSE_BASE_URL: 'http://localhost:3000',
  };
  expect(readForwardKeys(dir, env)).toMatchObject({ baseUrl: 'http://localhost:3000' });
});
