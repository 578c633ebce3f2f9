import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a body is whatever the runtime sent; the tests look into it
  body: any;
}

/** A span in a form for tests: attributes as an object, times in milliseconds. */
export interface ReadSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  start: number;
  end: number;
  attributes: Record<string, unknown>;
}

type Answer = (request: Received, response: ServerResponse, count: number) => void | Promise<void>;

/** A server that accepts the same requests as Langfuse. `answer` may return other responses than 200. */
export async function startLangfuse(answer: Answer = (_, response) => void response.end('{}')) {
  const received: Received[] = [];
  const waiting: { done: () => boolean; resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    const entry = {
      path: request.url ?? '',
      headers: request.headers,
      text,
      body: JSON.parse(text || 'null'),
    };
    received.push(entry);
    for (const waiter of waiting) if (waiter.done()) waiter.resolve();
    await answer(entry, response, received.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const langfuse = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      received.filter(({ path }) => path.endsWith('/v1/traces')).flatMap(({ body }) => readSpans(body)),
    scores: () => received.filter(({ path }) => path.endsWith('/scores')).map(({ body }) => body),
    /** Resolves when `done` returns true after a request. Otherwise the test times out. */
    until: (done: () => boolean) =>
      new Promise<void>((resolve) => (done() ? resolve() : waiting.push({ done, resolve }))),
    keys: () => ({
      LANGFUSE_PUBLIC_KEY: 'pk-lf-test',
      LANGFUSE_SECRET_KEY: 'sk-lf-test',
      LANGFUSE_BASE_URL: langfuse.url,
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return langfuse;
}

export type Langfuse = Awaited<ReturnType<typeof startLangfuse>>;

// biome-ignore lint/suspicious/noExplicitAny: the shape is the contract test's business
type Json = any;

function readSpans(body: Json): ReadSpan[] {
  const spans = body.resourceSpans.flatMap(({ scopeSpans }: Json) =>
    scopeSpans.flatMap((scope: Json) => scope.spans),
  );
  return spans.map((span: Json) => ({
    ...span,
    start: Number(span.startTimeUnixNano) / 1e6,
    end: Number(span.endTimeUnixNano) / 1e6,
    attributes: Object.fromEntries(span.attributes.map(({ key, value }: Json) => [key, readValue(value)])),
  }));
}

function readValue(value: Json): unknown {
  return value.arrayValue ? value.arrayValue.values.map(readValue) : Object.values(value)[0];
}
