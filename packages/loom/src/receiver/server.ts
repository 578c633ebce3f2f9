import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { LoomError } from '../errors.js';
import { listen } from '../listen.js';
import { explain } from '../store/open.js';
import { Refused } from './body.js';
import { formatOf } from './checks.js';
import { writeStatus } from './protobuf.js';
import { answer } from './routes.js';
import { MemoryTraceStore, type TraceStore } from './store.js';
import type { ReceivedScore, ReceivedTrace } from './trace.js';
import { LOOM_VERSION } from './version.js';

export interface HandlerOptions {
  readonly store: TraceStore;
  /** Called with the ids of the traces that a request has added to. */
  readonly onChange?: ((traceIds: ReadonlySet<string>) => void) | undefined;
  /** Called with the trace as it stands, each time an export or score has added to it. */
  readonly onTrace?: ((trace: ReceivedTrace) => void) | undefined;
  /** Called with each OTLP/JSON logs export, as agents send them to `/v1/logs`. Without it that path is not there. */
  readonly onLogs?: ((body: unknown) => void) | undefined;
  /** What `/api/public/health` gives as the version; `loom`, the default, keeps `lm sync` from sending here. */
  readonly version?: string | undefined;
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
export function receiverHandler(options: HandlerOptions): RequestListener {
  const { store, onChange, onTrace, onLogs, version = LOOM_VERSION } = options;
  const changed = (traceIds: ReadonlySet<string>) => {
    onChange?.(traceIds);
    for (const id of onTrace ? traceIds : []) {
      const trace = store.trace(id);
      if (trace) {
        onTrace?.(trace);
      }
    }
  };
  return (request, response) => {
    answer(request, { store, version, onLogs, onChange: changed }).then(
      ({ status, body }) => send(response, status, body),
      (error) => sendError(request, response, error),
    );
  };
}

/** Starts a receiver with a server of its own. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { port = 0, host = '127.0.0.1', store = new MemoryTraceStore() } = options;
  const watchers = new Set<() => void>();
  const server = createServer(
    receiverHandler({
      ...options,
      store,
      onChange: (traceIds) => {
        options.onChange?.(traceIds);
        for (const watcher of watchers) {
          watcher();
        }
      },
    }),
  );
  const { url } = await listen(server, port, host);
  return {
    url,
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

/** A refusal is final; a database that is busy or full is worth another try, which 503 asks every client for. */
function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const cause = explain('.loom/loom.db', error);
  const status = error instanceof Refused ? error.status : cause instanceof LoomError ? 503 : 500;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!request.complete) {
    // The rest of a body that was not read would be taken for the next request.
    response.setHeader('connection', 'close');
  }
  send(response, status, formatOf(request) === 'protobuf' ? writeStatus(message) : { message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const isProtobuf = body instanceof Uint8Array;
  const bytes = isProtobuf ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': isProtobuf ? 'application/x-protobuf' : 'application/json',
    'content-length': bytes.length,
  });
  response.end(bytes);
}
