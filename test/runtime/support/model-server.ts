import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The response to one request: a JSON body, or streamed events. */
export interface Answer {
  status?: number;
  json?: object;
  events?: readonly object[];
  /** After the events, the connection stays open. */
  stalls?: boolean;
  /** Called when the request has arrived. */
  asked?: () => void;
}

/** A server instead of a provider's. It returns the given responses in order. */
export async function startModelServer() {
  const answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    // Tests compare responses, which may arrive in different seconds.
    response.sendDate = false;
    for await (const _ of request);
    const { status = 200, json, events, stalls, asked } = answers.shift() ?? { status: 500, json: {} };
    asked?.();
    if (json) {
      response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-1' });
      return response.end(JSON.stringify(json));
    }
    response.writeHead(status, { 'content-type': 'text/event-stream' });
    for (const event of events ?? []) response.write(wire(event));
    if (stalls) return;
    response.end(events?.some((event) => 'choices' in event) ? 'data: [DONE]\n\n' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A server-sent event: Anthropic and OpenAI's responses name their events. OpenAI's chat and Google do not. */
function wire(event: object): string {
  const name = 'type' in event ? `event: ${event.type}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}
