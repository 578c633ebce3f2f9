// `node bench/loom/receiver.mjs [traces]`: spans per second that the receiver accepts over HTTP and stores in
// .loom/loom.db, in OTLP/JSON, protobuf and the ingestion API. First stores 100,000 traces of three spans, so
// that the database is not empty. The CPU time is only that of the receiver, because the client runs on the same
// machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { build } from 'esbuild';
import { toolCalls } from './tool-calls.mjs';

const TRACES = Number(process.argv[2] ?? 100_000);
const MEASURED = Math.min(TRACES, 10_000);
const SPANS_IN_TRACE = 3;
/** The number of concurrent requests, like those of a busy Worker. */
const LANES = 8;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'loom-bench-'));
mkdirSync(join(dir, '.loom'));
const say = (name, value) => process.stdout.write(`${name.padEnd(52)} ${value}\n`);

const START = Date.now() - 3_600_000;
const ATTRIBUTES = {
  'langfuse.environment': 'bench',
  'langfuse.trace.name': 'harness-mcp:get_priority',
  'langfuse.trace.metadata.touchpoint.type': 'mcp_server',
};
const trace = toolCalls(START, ATTRIBUTES);

const exportOf = (traces) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'bench' } }] },
      scopeSpans: [{ scope: { name: 'langfuse-sdk-bench' }, spans: traces.flat() }],
    },
  ],
});

/** The same in protobuf, with OpenTelemetry's serializer, which needs spans in the form of its SDK. */
function protobufOf(traces) {
  const nanos = (text) => [Number(text.slice(0, -9)), Number(text.slice(-9))];
  return ProtobufTraceSerializer.serializeRequest(
    traces.flat().map((span) => ({
      name: span.name,
      kind: 0,
      spanContext: () => ({ traceId: span.traceId, spanId: span.spanId, traceFlags: 1 }),
      ...(span.parentSpanId
        ? { parentSpanContext: { traceId: span.traceId, spanId: span.parentSpanId, traceFlags: 1 } }
        : {}),
      startTime: nanos(span.startTimeUnixNano),
      endTime: nanos(span.endTimeUnixNano),
      status: { code: 0 },
      attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.stringValue])),
      links: [],
      events: [],
      resource: { attributes: { 'service.name': 'bench' }, asyncAttributesPending: false },
      instrumentationScope: { name: 'langfuse-sdk-bench' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    })),
  );
}

function batchOf(traces) {
  const at = new Date(START).toISOString();
  const event = (type, body) => ({ id: `${type}-${body.id}`, type, timestamp: at, body });
  return {
    batch: traces.flatMap(([root, ...children]) => [
      event('trace-create', { id: root.traceId, name: root.name, timestamp: at, input: { project: 'loom' } }),
      ...children.map((span) =>
        event('generation-create', {
          id: span.spanId,
          traceId: span.traceId,
          name: span.name,
          startTime: at,
          endTime: at,
          model: 'claude-sonnet-4-20250514',
          usage: { input: 150, output: 500 },
          input: 'y'.repeat(400),
          output: 'z'.repeat(400),
        }),
      ),
    ]),
  };
}

function post(agent, url, path, type, body) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${url}${path}`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': type,
          'content-length': body.length,
          authorization: `Basic ${btoa('pk:sk')}`,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode < 300 ? resolve() : reject(new Error(`${path}: HTTP ${response.statusCode}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends the bodies, with this number at a time. */
async function timed(url, path, type, bodies) {
  // Each run has a new agent, because the server closes connections that are idle while bodies are created.
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const from = performance.now();
  const cpuFrom = cpu();
  const left = [...bodies];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let body = left.pop(); body; body = left.pop()) {
        await post(agent, url, path, type, body);
      }
    }),
  );
  agent.destroy();
  return { ms: performance.now() - from, cpuMs: cpu() - cpuFrom };
}

const chunks = (list, size) =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));
const OTLP = '/api/public/otel/v1/traces';
const json = (body) => Buffer.from(JSON.stringify(body));

const bundle = join(here('../../packages/loom/dist'), `bench-${process.pid}.mjs`);
await build({
  entryPoints: [here('./receiver-server.ts')],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
});
const receiver = spawn(process.execPath, [bundle, join(dir, '.loom')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
/** The CPU time of all threads so far, in milliseconds. Linux only. A tick is 10 ms. */
const cpu = () => {
  const fields = readFileSync(`/proc/${receiver.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
try {
  const [words] = await once(receiver.stdout, 'data');
  const url = String(words).trim();
  say('machine', `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}`);
  const rate = (traces, { ms, cpuMs }) => {
    const spans = traces * SPANS_IN_TRACE;
    return `${Math.round(spans / (ms / 1000))} spans/s, ${Math.round((cpuMs * 1000) / spans)} µs of CPU each`;
  };

  const filling = { ms: 0, cpuMs: 0 };
  for (let done = 0; done < TRACES; done += 10_000) {
    const traces = Array.from({ length: Math.min(10_000, TRACES - done) }, trace);
    const took = await timed(
      url,
      OTLP,
      'application/json',
      chunks(traces, 100).map((of) => json(exportOf(of))),
    );
    filling.ms += took.ms;
    filling.cpuMs += took.cpuMs;
  }
  say(`the first ${TRACES} traces, JSON, 300 spans a request`, rate(TRACES, filling));

  const kinds = [
    ['OTLP/JSON', OTLP, 'application/json', (of) => json(exportOf(of))],
    ['OTLP/protobuf', OTLP, 'application/x-protobuf', (of) => protobufOf(of)],
    ['ingestion API', '/api/public/ingestion', 'application/json', (of) => json(batchOf(of))],
  ];
  for (const size of [1, 100]) {
    for (const [name, path, type, bodyOf] of kinds) {
      const count = size === 1 ? MEASURED / 5 : MEASURED;
      const bodies = chunks(Array.from({ length: count }, trace), size).map(bodyOf);
      const took = await timed(url, path, type, bodies);
      say(`${name}, ${size * SPANS_IN_TRACE} spans a request, ${TRACES} traces there`, rate(count, took));
    }
  }
  say('loom.db', `${(statSync(join(dir, '.loom/loom.db')).size / 1e6).toFixed(0)} MB`);
} finally {
  receiver.kill('SIGINT');
  await once(receiver, 'close');
  rmSync(bundle);
  rmSync(dir, { recursive: true, force: true });
}
