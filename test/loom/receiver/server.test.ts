import { get } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { MemoryTraceStore, type Receiver, startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { sessionScoresOf, tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { AUTH, exportOf, post, ROOT_ID, SCORES, span, TRACE_ID, TRACES } from './exports.js';

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  describe('data of an exporter', () => {
    it('becomes a trace, plain or compressed', async () => {
      const plain = await post(home.url, TRACES, exportOf(span()));
      const zipped = await post(
        home.url,
        TRACES,
        gzipSync(JSON.stringify(exportOf(span({ traceId: 'a'.repeat(32) })))),
        { 'content-encoding': 'gzip' },
      );
      expect([plain.status, zipped.status]).toEqual([200, 200]);
      expect((await tracesOf(home)).map((trace) => trace.id)).toEqual([TRACE_ID, 'a'.repeat(32)]);
    });

    it('has scores on traces and on sessions', async () => {
      await post(home.url, TRACES, exportOf(span()));
      await post(home.url, SCORES, { traceId: TRACE_ID, name: 'success', value: 1, dataType: 'BOOLEAN' });
      await post(home.url, SCORES, { sessionId: 's1', name: 'cost_usd', value: 0.5 });
      expect((await tracesOf(home))[0]?.scores).toMatchObject([
        { name: 'success', value: 1, dataType: 'BOOLEAN' },
      ]);
      expect(await sessionScoresOf(home)).toMatchObject([{ name: 'cost_usd', value: 0.5, sessionId: 's1' }]);
    });

    it('replaces a score with the same id', async () => {
      await post(home.url, TRACES, exportOf(span()));
      for (const value of [0.2, 0.9]) {
        await post(home.url, SCORES, { id: 'x', traceId: TRACE_ID, name: 'quality', value });
      }
      expect((await tracesOf(home))[0]?.scores.map((score) => score.value)).toEqual([0.9]);
    });

    it('can be read back by trace, in pages', async () => {
      const child = span({ spanId: '00f067aa0ba902b8', parentSpanId: ROOT_ID });
      await post(home.url, TRACES, exportOf(span(), child));
      const read = async (query: string) =>
        (await fetch(`${home.url}/api/public/v2/observations?${query}`, {
          headers: { authorization: home.reader },
        }).then((response) => response.json())) as { data: { id: string }[]; meta: { cursor?: string } };
      const first = await read(`traceId=${TRACE_ID}&limit=1`);
      const second = await read(`traceId=${TRACE_ID}&limit=1&cursor=${first.meta.cursor}`);
      expect([...first.data, ...second.data].map((row) => row.id)).toEqual([ROOT_ID, '00f067aa0ba902b8']);
      expect(second.meta.cursor).toBeUndefined();
      expect((await read(`traceId=${'b'.repeat(32)}`)).data).toEqual([]);
    });
  });

  describe('rejections of a real server', () => {
    const bad: [string, Record<string, unknown>][] = [
      ['a short trace id', span({ traceId: 'abc' })],
      ['a trace id of zeros', span({ traceId: '0'.repeat(32) })],
      ['a span id that is no hex', span({ spanId: 'zzzzzzzzzzzzzzzz' })],
      ['a parent id of the wrong length', span({ parentSpanId: '12' })],
      ['attributes as an object', { ...span(), attributes: { a: 1 } }],
      ['a start that is no number', { ...span(), startTimeUnixNano: 'now' }],
    ];
    it.each(bad)('the whole export for %s', async (_, badSpan) => {
      const good = span({ traceId: 'c'.repeat(32) });
      const response = await post(home.url, TRACES, exportOf(good, badSpan));
      expect(response.status).toBe(400);
      expect(await tracesOf(home)).toEqual([]);
    });

    it.each([
      ['no authorization', TRACES, exportOf(), { authorization: '' }, 401],
      ['a key without a secret', TRACES, exportOf(), { authorization: `Basic ${btoa('pk:')}` }, 401],
      ['a bearer token', TRACES, exportOf(), { authorization: 'Bearer x' }, 401],
      [
        'an ingestion version of the future',
        TRACES,
        exportOf(),
        { 'x-langfuse-ingestion-version': '5' },
        400,
      ],
      ['another content type', TRACES, 'x', { 'content-type': 'text/plain' }, 415],
      ['broken JSON', TRACES, '{', {}, 400],
      ['broken gzip', TRACES, 'not gzip', { 'content-encoding': 'gzip' }, 400],
      ['a body that is no object', TRACES, [], {}, 400],
      ['a score for nothing', SCORES, { name: 'x', value: 1 }, {}, 400],
      ['a score for two things', SCORES, { name: 'x', value: 1, traceId: 'a', sessionId: 'b' }, {}, 400],
      ['a boolean score of 2', SCORES, { name: 'x', value: 2, traceId: 'a', dataType: 'BOOLEAN' }, {}, 400],
      ['a score without a name', SCORES, { value: 1, traceId: 'a' }, {}, 400],
      ['an unknown path', '/api/public/nothing', {}, {}, 404],
    ] as const)('%s', async (_, path, body, headers, status) => {
      const response = await post(home.url, path, body, headers);
      expect([response.status, typeof ((await response.json()) as { message: unknown }).message]).toEqual([
        status,
        'string',
      ]);
    });

    it('except for health without keys', async () => {
      const response = await fetch(`${home.url}/api/public/health`);
      expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([200, 'OK']);
    });
  });
});

describe('a receiver on a laptop', () => {
  let receiver: Receiver;
  let seen: string[];

  beforeEach(async () => {
    seen = [];
    receiver = await startReceiver({
      onTrace: (trace) => seen.push(`${trace.name} ${trace.scores.length}`),
    });
  });
  afterEach(() => receiver.close());

  it('calls the listener for each trace and score', async () => {
    await post(receiver.url, TRACES, exportOf(span()));
    await post(receiver.url, SCORES, { traceId: TRACE_ID, name: 'success', value: 1, dataType: 'BOOLEAN' });
    expect(seen).toEqual(['calculator:add 0', 'calculator:add 1']);
  });

  it('counts a span that arrives twice, like a real server', async () => {
    await post(receiver.url, TRACES, exportOf(span()));
    await post(receiver.url, TRACES, exportOf(span()));
    expect(receiver.traces()[0]?.duplicates).toEqual([ROOT_ID]);
  });

  it('can be awaited, with an error that lists the data if it is incomplete', async () => {
    const waiting = receiver.waitForTraces(1);
    await post(receiver.url, TRACES, exportOf(span()));
    expect((await waiting).map((trace) => trace.name)).toEqual(['calculator:add']);
    await expect(receiver.waitForTraces(2, { timeoutMs: 1 })).rejects.toThrow('received: calculator:add');
  });

  it('can’t be read by a page whose host name points to this machine', async () => {
    await post(receiver.url, TRACES, exportOf(span()));
    const { port } = new URL(receiver.url);
    const status = (host: string) =>
      new Promise((resolve, reject) => {
        const headers = { host, authorization: AUTH };
        get({ host: '127.0.0.1', port, path: '/api/public/v2/observations', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });
    expect(await status('evil.example')).toBe(403);
    expect(await status(`localhost:${port}`)).toBe(200);
  });

  it('an invalid target is rejected', async () => {
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(receiver.url);
      get({ host: '127.0.0.1', port, path: '//' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(400);
  });

  it('loses the oldest trace beyond the configured number', () => {
    const store = new MemoryTraceStore(2);
    for (const traceId of ['a', 'b', 'c']) {
      store.add({ spans: decodeExport(exportOf(span({ traceId: traceId.repeat(32) }))) });
    }
    expect(store.traces().map((trace) => trace.id[0])).toEqual(['b', 'c']);
  });
});
