import { createServer } from 'node:http';
import { KeyRing, type Keys } from '../http/keys.js';
import { listen } from '../http/listen.js';
import type { Route } from '../http/route.js';
import { serveRoutes } from '../http/serve.js';
import type { DroppedMetrics } from './otlp-routes.js';
import type { PartialSuccess } from './protobuf.js';
import { receiverRoutes } from './routes.js';
import { MemoryTraceStore, type TraceStore } from './store.js';
import type { ReceivedScore, ReceivedTrace } from './trace.js';
import { LOOM_VERSION } from './version.js';

export interface HandlerOptions {
  readonly store: TraceStore;
  /** Called with the ids of the traces that a request has changed. */
  readonly onChange?: ((traceIds: ReadonlySet<string>) => void) | undefined;
  /** Called with the current trace, after each export or score that changed it. */
  readonly onTrace?: ((trace: ReceivedTrace) => void) | undefined;
  /** Called with each logs export, as agents send them, in the shape of OTLP/JSON. */
  readonly onLogs?: ((body: unknown) => PartialSuccess | undefined) | undefined;
  /** Called with each metrics export, which is not stored. */
  readonly onMetrics?: ((metrics: DroppedMetrics) => void) | undefined;
  /** Version in `/api/public/health`. With `loom`, the default, `lm sync` does not send to this server. */
  readonly version?: string | undefined;
}

export interface ReceiverOptions extends Partial<HandlerOptions> {
  /** Default 0, which takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Only these keys may read, or write from other machines. Default: the keys of the first writer. */
  readonly keys?: Keys;
  /** Called when a program sends gRPC, which is not supported. */
  readonly onGrpc?: () => void;
}

export interface Receiver {
  /** Value for LANGFUSE_BASE_URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  traces(): ReceivedTrace[];
  /** Scores of a session that belong to no trace. */
  sessionScores(): ReceivedScore[];
  /** Waits until `count` traces have a root. Rejects after `timeoutMs` (5,000) and lists what has arrived. */
  waitForTraces(count: number, options?: { timeoutMs?: number }): Promise<ReceivedTrace[]>;
  close(): Promise<void>;
}

/** The routes of Langfuse's public API, for any server. */
export function routesFor(options: HandlerOptions): Route[] {
  const { store, onChange, onTrace, onLogs, onMetrics, version = LOOM_VERSION } = options;
  const changed = (traceIds: ReadonlySet<string>) => {
    onChange?.(traceIds);
    for (const id of onTrace ? traceIds : []) {
      const trace = store.trace(id);
      if (trace) {
        onTrace?.(trace);
      }
    }
  };
  return receiverRoutes({ store, version, onLogs, onMetrics, onChange: changed });
}

/** Starts a receiver on its own server. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { port = 0, host = '127.0.0.1', store = new MemoryTraceStore() } = options;
  const watchers = new Set<() => void>();
  const routes = routesFor({
    ...options,
    store,
    onChange: (traceIds) => {
      options.onChange?.(traceIds);
      for (const watcher of watchers) {
        watcher();
      }
    },
  });
  const server = createServer();
  const at = await listen(server, port, host);
  serveRoutes(server, { at, routes, keys: new KeyRing(options.keys), onGrpc: options.onGrpc });
  return {
    url: at.url,
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
              `${count} traces were expected within ${timeoutMs} ms; received: ${names.join(', ') || 'none'}`,
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
