import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refused, readJson } from './body.js';
import { decodeExport, decodeScore } from './decode.js';
import { observationsPage } from './observations.js';
import { MemoryTraceStore, type TraceStore } from './store.js';
import type { ReceivedScore, ReceivedTrace } from './trace.js';
import { rejection } from './validate.js';

export interface HandlerOptions {
  readonly store: TraceStore;
  /** Called with the trace as it stands, each time an export or score has added to it. */
  readonly onTrace?: ((trace: ReceivedTrace) => void) | undefined;
  /** Called with each OTLP/JSON logs export, as agents send them to `/v1/logs`. Without it that path is not there. */
  readonly onLogs?: ((body: unknown) => void) | undefined;
}

export interface ReceiverOptions extends Partial<HandlerOptions> {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
}

export interface Receiver {
  /** What to give as LANGFUSE_BASE_URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  traces(): ReceivedTrace[];
  /** Scores that belong to a session and to no trace. */
  sessionScores(): ReceivedScore[];
  /** Waits until `count` traces have a root; rejects after `timeoutMs` (5,000) and says what has come. */
  waitForTraces(count: number, options?: { timeoutMs?: number }): Promise<ReceivedTrace[]>;
  close(): Promise<void>;
}

/** Answers requests as Langfuse's public API does, as far as an exporter can tell, on whatever server they come to. */
export function receiverHandler({ store, onTrace, onLogs }: HandlerOptions): RequestListener {
  const changed = (traceIds: Iterable<string>) => {
    for (const id of new Set(traceIds)) {
      const trace = onTrace && store.trace(id);
      if (trace) {
        onTrace(trace);
      }
    }
  };
  return (request, response) => {
    answer(request, store, changed, onLogs).then(
      ({ status, body }) => send(response, status, body),
      (error) =>
        error instanceof Refused
          ? send(response, error.status, { message: error.message })
          : send(response, 500, { message: String(error) }),
    );
  };
}

/** Starts a receiver with a server of its own. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { port = 0, host = '127.0.0.1', store = new MemoryTraceStore(), onTrace, onLogs } = options;
  const watchers = new Set<() => void>();
  const server = createServer(
    receiverHandler({
      store,
      onTrace: (trace) => {
        onTrace?.(trace);
        for (const watcher of watchers) {
          watcher();
        }
      },
      onLogs,
    }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    traces: () => store.traces(),
    sessionScores: () => store.sessionScores(),
    waitForTraces: (count, { timeoutMs = 5000 } = {}) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const whole = store.traces().filter((trace) => trace.root);
          if (whole.length >= count) {
            done();
            resolve(whole);
          }
        };
        const timer = setTimeout(() => {
          done();
          const names = store.traces().map((trace) => trace.name);
          reject(
            new Error(
              `${count} traces were expected within ${timeoutMs} ms; came: ${names.join(', ') || 'none'}`,
            ),
          );
        }, timeoutMs);
        const done = () => {
          clearTimeout(timer);
          watchers.delete(check);
        };
        watchers.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(
  request: IncomingMessage,
  store: TraceStore,
  changed: (traceIds: Iterable<string>) => void,
  onLogs: HandlerOptions['onLogs'],
): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://receiver');
  const route = `${request.method} ${url.pathname}`;
  requireLoopbackHost(request);
  if (route === 'GET /api/public/health') {
    return { status: 200, body: { status: 'OK', version: 'loom' } };
  }
  if (onLogs && route === 'POST /v1/logs') {
    requireJson(request);
    onLogs(await readJson(request));
    return { status: 200, body: {} };
  }
  requireBasicAuth(request);
  switch (route) {
    case 'POST /api/public/otel/v1/traces':
      return takeSpans(request, store, changed);
    case 'POST /api/public/scores':
      return takeScore(request, store, changed);
    case 'GET /api/public/v2/observations':
      return { status: 200, body: observationsPage(store, url.searchParams) };
    default:
      throw new Refused(404, `${route} is not part of this receiver`);
  }
}

async function takeSpans(
  request: IncomingMessage,
  store: TraceStore,
  changed: (traceIds: Iterable<string>) => void,
): Promise<Answer> {
  if (Number(request.headers['x-langfuse-ingestion-version'] ?? 4) > 4) {
    throw new Refused(400, 'x-langfuse-ingestion-version above 4 is not supported');
  }
  requireJson(request);
  const body = await readJson(request);
  const reason = rejection(body);
  if (reason) {
    throw new Refused(400, reason);
  }
  const spans = decodeExport(body);
  store.addSpans(spans);
  changed(spans.map((span) => span.traceId));
  return { status: 200, body: {} };
}

async function takeScore(
  request: IncomingMessage,
  store: TraceStore,
  changed: (traceIds: Iterable<string>) => void,
): Promise<Answer> {
  const score = decodeScore(await readJson(request), randomUUID);
  if (typeof score === 'string') {
    throw new Refused(400, score);
  }
  store.addScore(score);
  changed(score.traceId ? [score.traceId] : []);
  return { status: 200, body: { id: score.id } };
}

/** Besides being right, this makes a browser ask first, which the page of a stranger is then refused. */
function requireJson(request: IncomingMessage): void {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refused(415, 'Content-Type must be application/json');
  }
}

/** A page whose own name was made to point at this machine may not read what is here. */
function requireLoopbackHost(request: IncomingMessage): void {
  const local = request.socket.localAddress ?? '';
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (/^(::ffff:)?127\.|^::1$/.test(local) && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(host)) {
    throw new Refused(403, `Host ${host} is not this machine`);
  }
}

/** Any keys will do here, but the header must be there as Langfuse wants it. */
function requireBasicAuth(request: IncomingMessage): void {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  const [user, password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  if (scheme?.toLowerCase() !== 'basic' || !user || !password) {
    throw new Refused(401, 'Basic authorization with a public and a secret key is required');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
