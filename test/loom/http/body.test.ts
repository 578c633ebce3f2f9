import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { Budget } from '../../../packages/loom/src/http/budget.js';
import { KeyRing } from '../../../packages/loom/src/http/keys.js';
import { listen } from '../../../packages/loom/src/http/listen.js';
import { json } from '../../../packages/loom/src/http/route.js';
import { serveRoutes } from '../../../packages/loom/src/http/serve.js';

const MAX = 1000;

/** A server that answers with the length of the body. The budget is for all concurrent requests. */
async function started(budget = new Budget()): Promise<string> {
  const server = createServer();
  const at = await listen(server, 0, '127.0.0.1');
  serveRoutes(server, {
    at,
    budget,
    keys: new KeyRing(),
    routes: [
      {
        method: 'POST',
        path: '/length',
        access: 'open',
        maxBytes: MAX,
        answer: async ({ body }) => json(200, (await body()).length),
      },
    ],
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `${at.url}/length`;
}

const post = async (url: string, body: Uint8Array | string, encoding?: string) => {
  const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
  const response = await fetch(url, { method: 'POST', body, headers });
  return [response.status, await response.json()];
};

it('reads a plain body, gzip, and both kinds of deflate', async () => {
  const url = await started();
  const text = 'x'.repeat(MAX);
  expect(await post(url, text)).toEqual([200, MAX]);
  expect(await post(url, gzipSync(text), 'gzip')).toEqual([200, MAX]);
  expect(await post(url, deflateSync(text), 'deflate')).toEqual([200, MAX]);
  expect(await post(url, deflateRawSync(text), 'Deflate')).toEqual([200, MAX]);
  expect((await post(url, text, 'gzip'))[0]).toBe(400);
  expect((await post(url, text, 'br'))[0]).toBe(415);
});

it('rejects a body that is too large (announced, in pieces or unpacked), and the client can read why', async () => {
  const url = await started();
  const large = 'x'.repeat(MAX + 1);
  const message = `The body is larger than ${MAX} bytes`;
  expect(await post(url, large)).toMatchObject([413, { message }]);
  expect(await post(url, 'x'.repeat(30_000_000))).toMatchObject([413, { message }]);
  expect(await post(url, gzipSync(large), 'gzip')).toMatchObject([
    413,
    { message: `${message} once unpacked` },
  ]);
  const status = await new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST' }, (response) => resolve(response.statusCode));
    sent.once('error', reject);
    // Without a length, because it is not known before the end.
    sent.write(large);
    sent.write(large);
    sent.end();
  });
  expect(status).toBe(413);
});

it('a client that sends Expect is rejected before it sends the body, or accepted', async () => {
  const url = await started();
  const { host, port } = new URL(url);
  const firstLine = (length: number) =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(
          `POST /length HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`,
        ),
      );
      socket.once('data', (bytes) => {
        resolve(bytes.toString().split('\r\n')[0]);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  expect(await firstLine(MAX + 1)).toBe('HTTP/1.1 413 Payload Too Large');
  expect(await firstLine(MAX)).toBe('HTTP/1.1 100 Continue');
});

it('has a limit for all bodies together, asks other clients to retry, and releases the memory afterwards', async () => {
  const budget = new Budget(2 * MAX);
  const url = await started(budget);
  const half = 'x'.repeat(MAX - 1);
  const waiting = Array.from({ length: 2 }, () => {
    const sent = request(url, { method: 'POST', headers: { 'content-length': MAX } });
    sent.on('error', () => {});
    sent.write(half);
    return sent;
  });
  await expect.poll(() => budget.left).toBe(2);
  const response = await fetch(url, { method: 'POST', body: half });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await post(url, gzipSync(half), 'gzip'))[0]).toBe(503);
  for (const sent of waiting) {
    sent.destroy();
  }
  await expect.poll(() => budget.left).toBe(2 * MAX);
  expect(await post(url, half)).toEqual([200, MAX - 1]);
  expect(budget.left).toBe(2 * MAX);
});
