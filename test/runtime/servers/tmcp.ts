// A server of tmcp.
import { createTrace, observeServer } from '@create-something/observability';
import { McpServer as TmcpServer } from 'tmcp';
import { z } from 'zod';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

const tmcp = observeServer(
  new TmcpServer(
    { name: 'calc', version: '1' },
    {
      adapter: { toJsonSchema: async (schema: z.ZodType) => z.toJSONSchema(schema) as never },
      capabilities: { tools: {}, prompts: {}, resources: {} },
    },
  ),
  'calc',
);
tmcp.tool({ name: 'add', description: 'Adds one', schema: z.object({ a: z.number() }) }, ({ a }) =>
  createTrace({ name: 'calc:add', input: { a } }).run(() => text(String(a + 1))),
);
tmcp.resource({ name: 'note', description: 'A note', uri: 'note://1' }, (uri) => ({
  contents: [{ uri, text: 'hi' }],
}));
tmcp.prompt({ name: 'ask', description: 'Asks', schema: z.object({ x: z.string() }) }, ({ x }) => ({
  messages: [{ role: 'user', content: { type: 'text', text: x } }],
}));

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method !== 'POST') return new Response(null, { status: 405 });
    const answer = await tmcp.receive((await request.json()) as never, { sessionId: 's' });
    return answer ? Response.json(answer) : new Response(null, { status: 202 });
  },
};
