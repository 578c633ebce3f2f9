import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
}

export interface FakeLangfuse {
  readonly url: string;
  /** Span ids, as often as they arrived. */
  readonly spans: readonly string[];
  /** Names of scores, as often as they arrived. */
  readonly scores: readonly string[];
  /** It stores the data, and then the connection breaks. */
  lose: boolean;
  /** A request with this span is rejected completely. */
  bad: string | undefined;
}

/** The part of Langfuse that forwarding uses. A span that arrives twice is stored twice. */
export async function fakeLangfuse(): Promise<FakeLangfuse> {
  const spans: Sent[] = [];
  const scores: string[] = [];
  const fake = { lose: false, bad: undefined as string | undefined };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const url = new URL(request.url ?? '/', 'http://langfuse.test');
    if (request.method === 'GET') {
      const of = spans.filter(({ traceId }) => traceId === url.searchParams.get('traceId'));
      reply(200, { data: of.map(({ spanId }) => ({ id: spanId })), meta: {} });
      return;
    }
    const body = JSON.parse(String(gunzipSync(Buffer.concat(chunks))));
    if (url.pathname.endsWith('/ingestion')) {
      scores.push(...body.batch.map((event: { body: { name: string } }) => event.body.name));
      reply(207, {
        successes: body.batch.map(({ id }: { id: string }) => ({ id, status: 201 })),
        errors: [],
      });
      return;
    }
    const came: Sent[] = body.resourceSpans.flatMap((of: { scopeSpans: { spans: Sent[] }[] }) =>
      of.scopeSpans.flatMap((scope) => scope.spans),
    );
    if (came.some(({ spanId }) => spanId === fake.bad)) {
      reply(400, { message: 'no such span' });
      return;
    }
    spans.push(...came);
    if (fake.lose) request.socket.destroy();
    else reply(200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    scores,
    get spans() {
      return spans.map(({ spanId }) => spanId);
    },
    get lose() {
      return fake.lose;
    },
    set lose(lose) {
      fake.lose = lose;
    },
    get bad() {
      return fake.bad;
    },
    set bad(bad) {
      fake.bad = bad;
    },
  };
}
