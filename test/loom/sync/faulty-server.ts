import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A generator of numbers from 0 to 1 that is repeatable with the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Faults {
  /** Shares of requests, from 0 to 1. */
  readonly tooMany: number;
  readonly brokenBefore: number;
  readonly brokenAfter: number;
  readonly noAnswer: number;
  readonly hangs: number;
  /** Delay until accepted data can be read back, in ms. */
  readonly visibleAfterMs: number;
}

export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Record<string, string>;
  readonly storedAt: number;
}

export interface FaultyServer {
  readonly url: string;
  /** Every write, even of the same data, as in Langfuse v4. */
  readonly spans: StoredSpan[];
  readonly scores: Map<string, Record<string, unknown>>;
  readonly counts: Record<string, number>;
  /** Resolves at the next request. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

export async function faultyServer(seed: number, faults: Partial<Faults> = {}): Promise<FaultyServer> {
  const next = random(seed);
  const spans: StoredSpan[] = [];
  const scores = new Map<string, Record<string, unknown>>();
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const fault = (): keyof Faults | undefined => {
    let left = next();
    for (const name of ['tooMany', 'brokenBefore', 'brokenAfter', 'noAnswer', 'hangs'] as const) {
      left -= faults[name] ?? 0;
      if (left < 0) {
        return name;
      }
    }
    return undefined;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      count(String(status));
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    const what = fault();
    if (what) {
      count(what);
    }
    if (what === 'tooMany') {
      send(429, { message: 'slow down' }, { 'retry-after': '0.02' });
      return;
    }
    if (what === 'brokenBefore') {
      send(503, { message: 'not now' });
      return;
    }
    const url = new URL(request.url ?? '/', 'http://server');
    if (request.method === 'GET') {
      send(200, page(url.searchParams));
      return;
    }
    const body = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString('utf8'));
    if (url.pathname === '/api/public/scores') {
      scores.set(body.id, body);
    } else {
      store(body);
    }
    if (what === 'brokenAfter') {
      send(502, { message: 'the gateway gave up' });
    } else if (what === 'noAnswer') {
      request.socket.destroy();
    } else if (what !== 'hangs') {
      send(200, {});
    }
  };

  const store = (body: { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] }) => {
    for (const span of body.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans))) {
      const attributes = Object.fromEntries(
        span.attributes.map(({ key, value }) => [key, value.stringValue ?? '']),
      );
      spans.push({ traceId: span.traceId, spanId: span.spanId, attributes, storedAt: Date.now() });
    }
  };

  const page = (query: URLSearchParams) => {
    const visible = spans.filter(
      (span) =>
        span.traceId === query.get('traceId') && Date.now() - span.storedAt >= (faults.visibleAfterMs ?? 0),
    );
    const from = Number(query.get('cursor') ?? 0);
    // A page of ten, whatever limit is requested, so that the client must follow the cursor.
    const data = visible.slice(from, from + 10).map((span) => ({ id: span.spanId, traceId: span.traceId }));
    return { data, meta: from + 10 < visible.length ? { cursor: String(from + 10) } : {} };
  };

  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    for (const resolve of waiting) {
      resolve();
    }
    waiting = [];
    // A killed client leaves an incomplete request. Nothing of it was accepted.
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    scores,
    counts,
    asked: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
