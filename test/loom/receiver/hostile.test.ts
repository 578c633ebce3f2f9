import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { maskArrivals } from '../../../packages/loom/src/masking/spans.js';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { readProtobuf } from '../../../packages/loom/src/receiver/protobuf.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import { MemoryTraceStore } from '../../../packages/loom/src/receiver/store.js';
import { rejection } from '../../../packages/loom/src/receiver/validate.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { tempDir } from '../../support/folder.js';
import { get, traceOf, tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { pricer } from '../homes/pricer.js';
import { exportOf, post, ROOT_ID, SCORES, span, TRACE_ID, TRACES } from './exports.js';
import { date, hostileBatch, hostileExport, json, leaf, nasty } from './hostile-bodies.js';
import { protobuf } from './protobuf.js';

const INGESTION = '/api/public/ingestion';
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

/** Each request to a server needs several round trips to workerd. */
const RUNS = { laptop: 100, server: 30 };

/** The JSON form, which is stored. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

it('protobuf and JSON of the same export are the same', () => {
  const body = exportOf(
    span({ attributes: { text: 'ä\0', whole: -7, part: 1.5, yes: true, list: ['a', 2, [false]] } }),
    span({ spanId: '00f067aa0ba902b8', parentSpanId: ROOT_ID, status: { code: 2, message: 'boom' } }),
  );
  expect(rejection(readProtobuf(protobuf(body)))).toBeUndefined();
  expect(decodeExport(readProtobuf(protobuf(body)))).toEqual(decodeExport(body));
});

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  /** Stored data can be read again, from the database and over HTTP. */
  async function readsBack(): Promise<void> {
    JSON.stringify(await tracesOf(home));
    const read = await fetch(`${home.url}/api/public/v2/observations?limit=1000`, {
      headers: { authorization: home.reader },
    });
    const { data } = (await read.json()) as { data: unknown[] };
    const kept = await get(home, 'SELECT COUNT(*) AS n FROM observations');
    expect([read.status, data.length]).toEqual([200, kept?.n]);
  }

  describe('every input gets 2xx or 4xx, and accepted data can be read back', () => {
    it('OTLP/JSON', async () => {
      await fc.assert(
        fc.asyncProperty(hostileExport, async (body) => {
          await home.empty();
          const text = JSON.stringify(body);
          const response = await post(home.url, TRACES, text);
          expect(response.status, await response.text()).toBeOneOf([200, 400]);
          await readsBack();
          if (response.status === 200) {
            const memory = new MemoryTraceStore();
            memory.add(maskArrivals({ spans: decodeExport(JSON.parse(text)) }));
            for (const trace of memory.traces()) {
              expect(plain(await traceOf(home, trace.id))).toEqual(plain(trace));
            }
          }
        }),
        { numRuns: RUNS[home.kind] },
      );
    });

    it('events of the ingestion API', async () => {
      await fc.assert(
        fc.asyncProperty(hostileBatch, async (body) => {
          const response = await post(home.url, INGESTION, JSON.stringify(body));
          expect(response.status, await response.text()).toBeOneOf([207, 400]);
          await readsBack();
        }),
        { numRuns: RUNS[home.kind] },
      );
    });

    it('scores', async () => {
      const score = fc.record({
        name: nasty,
        value: leaf,
        traceId: nasty,
        id: nasty,
        metadata: json,
        timestamp: date,
      });
      await fc.assert(
        fc.asyncProperty(fc.oneof(score, json), async (body) => {
          const response = await post(home.url, SCORES, JSON.stringify(body));
          expect(response.status, await response.text()).toBeOneOf([200, 400]);
        }),
        { numRuns: RUNS[home.kind] },
      );
    });

    it('bytes that are nearly or not at all protobuf', async () => {
      const whole = protobuf(exportOf(span({ attributes: { a: 1, b: [true, 'x'], c: 0.5 } })));
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }).map((changes) => {
          const changed = Uint8Array.from(whole);
          for (const [at, byte] of changes) {
            changed[at] = byte;
          }
          return changed;
        }),
        fc.nat(whole.length).map((length) => whole.slice(0, length)),
      );
      await fc.assert(
        fc.asyncProperty(bytes, async (body) => {
          const response = await post(home.url, TRACES, body, PROTOBUF);
          const answer = Buffer.from(await response.arrayBuffer());
          expect(response.status, answer.toString()).toBeOneOf([200, 400]);
          expect(response.headers.get('content-type')).toBe('application/x-protobuf');
          expect(answer.length > 0).toBe(response.status === 400);
          await readsBack();
        }),
        { numRuns: RUNS[home.kind] },
      );
    });
  });

  it('reports an invalid protobuf body, in protobuf', async () => {
    const response = await post(home.url, TRACES, new Uint8Array([10, 200, 1, 1]), PROTOBUF);
    const answer = Buffer.from(await response.arrayBuffer()).toString();
    expect(answer).toContain(
      'The body is not an OTLP traces export in protobuf: 200 bytes are announced, but 1 are left',
    );
  });

  describe('too much data', () => {
    it('a field is cut with a mark, and the response reports it in the encoding of the request', async () => {
      const long = 'x'.repeat(1_000_000);
      const body = exportOf(
        span({ attributes: { 'langfuse.observation.input': JSON.stringify({ long }), other: long } }),
      );
      const json = await post(home.url, TRACES, body);
      expect(await json.json()).toEqual({
        partialSuccess: {
          rejectedSpans: '0',
          errorMessage: '2 fields were longer than 262144 characters and were cut',
        },
      });
      const kept = (await traceOf(home, TRACE_ID))?.root;
      expect(kept?.input).toMatch(/^\{"long":"x{262135}… \[cut by Loom, 1000011 characters in all\]$/);
      expect(kept?.attributes.other).toMatch(/^x{262144}… \[cut/);
      const binary = await post(home.url, TRACES, protobuf(body), PROTOBUF);
      expect(Buffer.from(await binary.arrayBuffer()).toString()).toContain('2 fields were longer');
    });

    it('deeply nested JSON stays text, and a deeply nested body is accepted without that value', async () => {
      const deep = '['.repeat(50_000) + ']'.repeat(50_000);
      const inText = span({ attributes: { 'langfuse.observation.input': deep } });
      expect((await post(home.url, TRACES, exportOf(inText))).status).toBe(200);
      expect((await traceOf(home, TRACE_ID))?.input).toBe(deep);
      const values = '{"arrayValue":{"values":['.repeat(50_000) + ']}}'.repeat(50_000);
      const inBody = JSON.stringify(exportOf(span({ attributes: { a: 'HERE' } }))).replace(
        '{"stringValue":"HERE"}',
        values,
      );
      expect((await post(home.url, TRACES, inBody)).status).toBe(200);
      const inId = JSON.stringify(exportOf(span({ traceId: 'HERE' }))).replace('"HERE"', deep);
      expect((await post(home.url, TRACES, inId)).status).toBe(400);
      const event = {
        id: '1',
        type: 'trace-create',
        timestamp: '2026-01-01T00:00:00Z',
        body: { id: 't', input: 'HERE' },
      };
      const inEvent = JSON.stringify({ batch: [event] }).replace('"HERE"', deep);
      expect((await post(home.url, INGESTION, inEvent)).status).toBe(207);
      expect((await traceOf(home, 't'))?.input).toContain('nested more than 100 levels');
      let list: unknown[] = [];
      for (let level = 0; level < 300; level += 1) {
        list = [list];
      }
      const binary = protobuf(exportOf(span({ attributes: { list } })));
      expect((await post(home.url, TRACES, binary, PROTOBUF)).status).toBe(400);
    });

    it('10,000 attributes, and a trace 10,000 spans deep, are accepted', async () => {
      const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key ${n}`, n]));
      const hex = (n: number) => (n + 1).toString(16).padStart(16, '0');
      const chain = Array.from({ length: 10_000 }, (_, n) =>
        span({ spanId: hex(n), ...(n > 0 ? { parentSpanId: hex(n - 1) } : { attributes: many }) }),
      );
      expect((await post(home.url, TRACES, exportOf(...chain))).status).toBe(200);
      const trace = await traceOf(home, TRACE_ID);
      expect(Object.keys(trace?.root?.attributes ?? {})).toHaveLength(10_000);
      const ids = JSON.stringify(trace?.observations).match(/"id":"\w+"/g);
      expect(new Set(ids).size).toBe(10_000);
    });

    it.each([
      [
        'an object with a `toString` of its own',
        { kvlistValue: { values: [{ key: 'toString', value: {} }] } },
      ],
      ['a word that every object has', { stringValue: 'constructor' }],
    ])('a kind or level that is %s', async (_, value) => {
      const names = [
        'langfuse.observation.level',
        'ai.operationId',
        'gen_ai.operation.name',
        'genkit:metadata:subtype',
        'mcp.method.name',
        'mlflow.spanType',
        'openinference.span.kind',
        'span.type',
        'traceloop.span.kind',
      ];
      const of = (key: string, scope: string) => ({
        resourceSpans: [
          { scopeSpans: [{ scope: { name: scope }, spans: [{ ...span(), attributes: [{ key, value }] }] }] },
        ],
      });
      for (const body of names.flatMap((key) => [of(key, 'x'), of(key, 'com.anthropic.claude_code')])) {
        expect((await post(home.url, TRACES, body)).status).toBe(200);
        expect(await traceOf(home, TRACE_ID)).toMatchObject({ root: { type: 'span', level: 'DEFAULT' } });
      }
    });

    it('a count of tokens that is an object with its own `toString`', async () => {
      const count = {
        key: 'gen_ai.usage.input_tokens',
        value: { kvlistValue: { values: [{ key: 'toString', value: {} }] } },
      };
      const body = exportOf({ ...span(), attributes: [count] });
      expect((await post(home.url, TRACES, body)).status).toBe(200);
      expect((await traceOf(home, TRACE_ID))?.root?.usage).toBeNull();
    });

    it.each([
      ['a batch above 4.5 MB', INGESTION, JSON.stringify({ batch: [], x: 'x'.repeat(5_000_000) }), {}],
      [
        'a gzip that unpacks without end',
        TRACES,
        gzipSync(Buffer.alloc(70 * 1024 * 1024)),
        { 'content-encoding': 'gzip' },
      ],
    ])('%s is rejected as too large', async (_, path, body, headers) => {
      expect((await post(home.url, path, body, headers)).status).toBe(413);
    });
  });

  describe('a clock of another century', () => {
    it.each(['1', String(10n ** 20n - 1n)])('%s', async (startTimeUnixNano) => {
      const body = exportOf({ ...span(), startTimeUnixNano });
      expect((await post(home.url, TRACES, body)).status).toBe(200);
      await readsBack();
    });
  });

  describe('pages in a browser', () => {
    it.each([
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
    ])('can send nothing: %o', async (headers) => {
      expect((await post(home.url, TRACES, exportOf(span()), headers)).status).toBe(403);
      expect(await tracesOf(home)).toEqual([]);
    });
  });
});

// For an overloaded server, see test/loom/server/worker.test.ts.
it('a database that others keep locked can be retried', async () => {
  const dir = tempDir();
  const db = openLoom(dir);
  const store = new SqliteTraceStore(db, { pricer });
  const receiver = await startReceiver({ store });
  const other = openLoom(dir);
  db.exec('PRAGMA busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  const response = await post(receiver.url, TRACES, exportOf(span()));
  other.exec('ROLLBACK');
  other.close();
  expect(response.status).toBe(503);
  expect((await post(receiver.url, TRACES, exportOf(span()))).status).toBe(200);
  await receiver.close();
  db.close();
});
