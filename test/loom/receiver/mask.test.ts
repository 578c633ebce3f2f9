import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { maskReceived, maskSent } from '../../../packages/loom/src/masking/spans.js';
import { USAGE } from '../../../packages/loom/src/receiver/mappings/usage-names.js';
import type { ReceivedSpan } from '../../../packages/loom/src/receiver/trace.js';
import { LangfuseClient } from '../../../packages/loom/src/sync/client.js';
import { tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { exportOf, post, SCORES, span, TRACE_ID, TRACES } from './exports.js';

const VALUE = 'Ab1'.repeat(5);

test('received data is masked in every field, and ids, times and amounts stay', () => {
  const span = {
    id: '0123456789abcdef',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    name: `call token=${VALUE}`,
    statusMessage: `password: ${VALUE}`,
    input: { headers: [{ name: 'Authorization', value: VALUE }], q: 'words' },
    output: `Cookie: sid=${VALUE}\nnext`,
    metadata: { apiKey: VALUE },
    modelParameters: null,
    trace: { name: 'x', tags: [`secret=${VALUE}`], metadata: {} },
    attributes: { 'http.request.header.authorization': [`Bearer ${VALUE}`], n: 5 },
    resource: { 'service.name': 'x' },
    wire: {
      name: 'x',
      events: [{ name: 'gen_ai.user.message', atMs: 1, attributes: { content: `my token=${VALUE}` } }],
    },
    usage: { input: 1234567 },
    startMs: 1795978140668,
  } as unknown as ReceivedSpan;
  const kept = maskReceived(span);
  expect(JSON.stringify(kept)).not.toContain(VALUE);
  expect(kept).toMatchObject({
    id: span.id,
    traceId: span.traceId,
    input: { headers: [{ name: 'Authorization', value: '[masked]' }], q: 'words' },
    output: 'Cookie: [masked]\nnext',
    usage: span.usage,
    startMs: span.startMs,
  });
});

test('data sent to Langfuse is masked, and its ids stay', () => {
  const sent = maskSent({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '0123456789abcdef',
    name: `fix token=${VALUE}`,
    kind: 1,
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
    attributes: [
      { key: 'a', value: { stringValue: `export DB_PASSWORD=${VALUE}` } },
      { key: 'langfuse.observation.metadata.apiKey', value: { stringValue: VALUE } },
    ],
    events: [
      {
        name: 'x',
        timeUnixNano: '1',
        attributes: [{ key: 'password', value: { stringValue: VALUE } }],
      },
    ],
    origin: { scope: null, resource: [{ key: 'secret', value: { stringValue: VALUE } }] },
    status: { code: 2, message: `secret: ${VALUE}` },
  });
  expect(JSON.stringify(sent)).not.toContain(VALUE);
  expect(sent).toMatchObject({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    name: 'fix token=[masked]',
    attributes: [
      { key: 'a', value: { stringValue: 'export DB_PASSWORD=[masked]' } },
      { key: 'langfuse.observation.metadata.apiKey', value: { stringValue: '[masked]' } },
    ],
    status: { code: 2, message: 'secret: [masked]' },
  });
});

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();

  test('a score is masked on both routes, and so is the data of Langfuse’s older client', async () => {
    const score = {
      traceId: TRACE_ID,
      value: `password: ${VALUE}`,
      comment: `Bearer ${VALUE}`,
      metadata: { apiKey: VALUE, note: 'words' },
    };
    await post(home.url, TRACES, exportOf(span()));
    await post(home.url, SCORES, { ...score, name: 'one' });
    const event = (type: string, body: object) => ({
      id: type,
      type,
      timestamp: '2026-11-22T10:00:00Z',
      body: { id: `${type}-1`, traceId: TRACE_ID, ...body },
    });
    await post(home.url, '/api/public/ingestion', {
      batch: [
        event('score-create', { ...score, name: 'two' }),
        event('trace-create', { id: 'older', input: { password: VALUE }, metadata: { apiKey: VALUE } }),
        event('generation-create', {
          traceId: 'older',
          model: 'gpt-4o',
          usageDetails: { input: 123_456_789 },
          input: `my token=${VALUE}`,
          statusMessage: `secret: ${VALUE}`,
          modelParameters: { api_key: VALUE },
        }),
      ],
    });
    const traces = await tracesOf(home);
    expect(JSON.stringify(traces)).not.toContain(VALUE);
    const scores = traces.find(({ id }) => id === TRACE_ID)?.scores;
    expect(scores?.map(({ name }) => name).sort()).toEqual(['one', 'two']);
    for (const one of scores ?? []) {
      expect(one).toMatchObject({
        value: 'password: [masked]',
        comment: 'Bearer [masked]',
        metadata: { apiKey: '[masked]', note: 'words' },
      });
    }
    expect(traces.find(({ id }) => id === 'older')).toMatchObject({
      input: { password: '[masked]' },
      observations: [{ children: [{ model: 'gpt-4o', usage: { input: 123_456_789 } }] }],
    });
  });
});

test('a score that an earlier version stored unmasked is masked when sync sends it', async () => {
  let sent = '';
  const server = createServer(async (request, response) => {
    sent = gunzipSync(Buffer.concat(await request.toArray())).toString();
    response.setHeader('content-type', 'application/json');
    response.end('{"successes":[],"errors":[]}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  const client = new LangfuseClient({
    publicKey: 'pk-lf-test',
    secretKey: 'sk-lf-test',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    from: 'the test',
  });
  await client.sendScores([
    {
      id: 'one',
      name: 'verdict',
      traceId: TRACE_ID,
      timestamp: '2026-11-22T10:00:00.000Z',
      value: `password: ${VALUE}`,
      comment: `Bearer ${VALUE}`,
      metadata: { apiKey: VALUE },
    },
  ]);
  expect(sent).not.toContain(VALUE);
  expect(JSON.parse(sent)).toMatchObject({
    batch: [{ body: { id: 'one', value: 'password: [masked]', comment: 'Bearer [masked]' } }],
  });
});

test('counts of tokens stay, with any name, so that a better table can read them again', () => {
  const attributes = Object.fromEntries(USAGE.flatMap(({ names }) => names).map((name) => [name, 1_234_567]));
  const said = { attributes, metadata: {}, trace: { metadata: {} }, resource: {}, wire: null };
  expect(maskReceived(said as unknown as ReceivedSpan).attributes).toEqual(attributes);
});
