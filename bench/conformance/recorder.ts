import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy for a server on `port`: forwards everything unchanged, and counts the JSON-RPC requests by method. */
export async function startRecorder(port: number) {
  const asked = new Map<string, number>();
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const { headers, method, url: path } = incoming;
    const forward = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      // Requests with headers or a body that the transport rejects never reach the server.
      if (answer.statusCode === 200) note(body.toString());
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forward.destroy());
    forward.end(body);
  });

  function note(text: string): void {
    if (!text.startsWith('{') && !text.startsWith('[')) return;
    for (const message of [JSON.parse(text)].flat()) {
      if (typeof message?.method !== 'string' || message.id === undefined) continue;
      asked.set(message.method, (asked.get(message.method) ?? 0) + 1);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
