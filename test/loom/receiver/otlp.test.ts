import { connect } from 'node:http2';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../packages/loom/src/receiver/index.js';
import type { DroppedMetrics } from '../../../packages/loom/src/receiver/otlp-routes.js';
import { tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { exportOf, post, span, TRACE_ID } from './exports.js';
import { protobuf } from './protobuf.js';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const points = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] },
      scopeMetrics: [
        {
          scope: { name: 'x' },
          metrics: [
            { name: 'a', sum: { dataPoints: [{ asInt: '1' }, { asInt: '2' }] } },
            { name: 'b', histogram: { dataPoints: [{ count: '1' }] } },
          ],
        },
      ],
    },
  ],
};

/** Metrics by hand: each message has its field's number, its length and its content. */
const field = (number: number, ...parts: (number[] | string)[]): number[] => {
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [number * 8 + 2, bytes.length, ...bytes];
};
const service = field(1, field(1, 'service.name'), field(2, field(1, 'claude-code')));
const pointsInProtobuf = Uint8Array.from(
  field(
    1,
    field(1, service),
    field(
      2,
      field(1, field(1, 'x')),
      field(2, field(1, 'a'), field(7, field(1, [0x30, 1]), field(1, [0x30, 2]))),
      field(2, field(1, 'b'), field(9, field(1, [0x20, 1]))),
    ),
  ),
);
const logsInProtobuf = Uint8Array.from(
  field(
    1,
    field(1, service),
    field(
      2,
      field(
        2,
        [0x09, 0, 0, 0, 0, 0, 0, 0, 1],
        field(5, field(1, 'claude_code.api_request')),
        field(6, field(1, 'model'), field(2, field(1, 'm'))),
      ),
    ),
  ),
);

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  it.each(['/v1/', '/api/public/otel/v1/'])(
    '%s accepts traces, plain and compressed, JSON and protobuf',
    async (prefix) => {
      const url = `${prefix}traces`;
      const body = JSON.stringify(exportOf(span()));
      const answers = [
        await post(home.url, url, body),
        await post(home.url, url, gzipSync(body), { 'content-encoding': 'gzip' }),
        await post(home.url, url, deflateSync(body), { 'content-encoding': 'deflate' }),
        await post(home.url, url, protobuf(exportOf(span())), PROTOBUF),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect((await tracesOf(home)).map(({ id }) => id)).toEqual([TRACE_ID]);
    },
  );

  it('rejects only a bad span for OTLP, and the whole export for Langfuse', async () => {
    const good = span();
    const bad = span({ spanId: 'short' });
    const plain = await post(home.url, '/v1/traces', exportOf(good, bad));
    expect([plain.status, await plain.json()]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedSpans: '1',
          errorMessage: '1 spans were rejected: Invalid spanId "short": 16 hex digits, not all zero',
        },
      },
    ]);
    const binary = await post(
      home.url,
      '/v1/traces',
      protobuf(exportOf(good, span({ traceId: '00' }))),
      PROTOBUF,
    );
    expect([...new Uint8Array(await binary.arrayBuffer())].slice(2, 4)).toEqual([8, 1]);
    expect((await post(home.url, '/api/public/otel/v1/traces', exportOf(good, bad))).status).toBe(400);
    expect((await post(home.url, '/v1/traces', { resourceSpans: 5 })).status).toBe(400);
    expect((await tracesOf(home))[0]?.observations).toHaveLength(1);
  });

  it('reports that gRPC is not supported', async () => {
    const answer = await post(home.url, '/v1/traces', new Uint8Array(5), {
      'content-type': 'application/grpc',
    });
    expect([answer.status, await answer.json()]).toEqual([
      415,
      { message: 'gRPC is not accepted here. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json.' },
    ]);
  });
});

describe('agents’ logs and metrics on a laptop', () => {
  let receiver: Receiver;
  let logs: unknown[];
  let metrics: DroppedMetrics[];
  let grpc: number;

  beforeEach(async () => {
    logs = [];
    metrics = [];
    grpc = 0;
    receiver = await startReceiver({
      onLogs: (body) => {
        logs.push(body);
        return undefined;
      },
      onMetrics: (came) => metrics.push(came),
      onGrpc: () => {
        grpc += 1;
      },
    });
  });
  afterEach(() => receiver.close());

  it('accepts metrics without keys, counts them, and stores nothing', async () => {
    const none = { authorization: '' };
    const answers = [
      await post(receiver.url, '/v1/metrics', points, none),
      await post(receiver.url, '/v1/metrics', pointsInProtobuf, { ...none, ...PROTOBUF }),
      await post(receiver.url, '/v1/metrics', new Uint8Array(), { ...none, ...PROTOBUF }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(metrics).toEqual([
      { points: 3, service: 'claude-code' },
      { points: 3, service: 'claude-code' },
      { points: 0, service: null },
    ]);
  });

  it('accepts keys as Claude Code sends them: without decoding OTEL_EXPORTER_OTLP_HEADERS', async () => {
    const authorization = `Basic%20${btoa('pk-lf-test:sk-lf-test')}`;
    expect(
      (await post(receiver.url, '/v1/logs', logsInProtobuf, { ...PROTOBUF, authorization })).status,
    ).toBe(200);
  });

  it('reads logs in protobuf the same as in JSON', async () => {
    expect((await post(receiver.url, '/v1/logs', logsInProtobuf, PROTOBUF)).status).toBe(200);
    expect(logs).toEqual([
      {
        resourceLogs: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] },
            scopeLogs: [
              {
                logRecords: [
                  {
                    timeUnixNano: String(2n ** 56n),
                    body: { stringValue: 'claude_code.api_request' },
                    attributes: [{ key: 'model', value: { stringValue: 'm' } }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
    expect((await post(receiver.url, '/v1/logs', new Uint8Array([255]), PROTOBUF)).status).toBe(400);
  });

  it('detects a client of gRPC', async () => {
    // The first bytes of every gRPC client.
    const client = connect(receiver.url);
    client.on('error', () => {});
    await new Promise((resolve) => client.once('close', resolve));
    expect(grpc).toBe(1);
  });
});
