// A server of mcp-lite, and a hand-written JSON-RPC dispatcher.
import {
  createTrace,
  fromToolCall,
  observeMessage,
  observeServer,
  type TraceOptions,
} from '@create-something/observability';
import { McpServer, StreamableHttpTransport } from 'mcp-lite';
import { z } from 'zod';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

const lite = observeServer(
  new McpServer({
    name: 'calc',
    version: '1',
    schemaAdapter: (schema) => z.toJSONSchema(schema as z.ZodType) as never,
  }),
  'calc',
);
lite.tool('add', {
  inputSchema: z.object({ a: z.number() }),
  handler: ({ a }: { a: number }, context: unknown) =>
    createTrace({ name: 'calc:add', input: { a }, context }).run(() => text(String(a + 1))),
});
lite.resource('note://1', {}, async (uri: URL) => ({
  contents: [{ type: 'text', uri: uri.href, text: 'hi' }],
}));
lite.prompt('ask', {
  arguments: [{ name: 'x', required: true }],
  handler: (args: unknown) => ({
    messages: [{ role: 'user', content: { type: 'text', text: String((args as { x: string }).x) } }],
  }),
} as never);
const serveLite = new StreamableHttpTransport().bind(lite);

interface Call {
  id?: number;
  method: string;
  params: { name: string; uri: string; arguments: { a?: unknown; x?: string } };
}

class Fault extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

function dispatch({ method, params }: Call, options: TraceOptions): unknown {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {}, resources: {}, prompts: {} },
        serverInfo: { name: 'calc', version: '1' },
      };
    case 'tools/list':
      return { tools: [{ name: 'add', inputSchema: { type: 'object' } }] };
    case 'tools/call':
      return createTrace(options).run(() => {
        if (params.name !== 'add') throw new Fault(-32602, `Unknown tool: ${params.name}`);
        if (typeof params.arguments.a !== 'number') throw new Fault(-32602, 'a has to be a number');
        return text(String(params.arguments.a + 1));
      });
    case 'resources/read':
      return { contents: [{ uri: params.uri, text: 'hi' }] };
    case 'prompts/get':
      return { messages: [{ role: 'user', content: { type: 'text', text: params.arguments.x } }] };
    default:
      throw new Fault(-32601, 'Method not found');
  }
}

export default {
  async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === '/lite') return serveLite(request);
    if (request.method !== 'POST') return new Response(null, { status: 405 });
    const message = (await request.json()) as Call;
    const { params = {} as Call['params'] } = message;
    const { name, arguments: args } = params;
    return observeMessage(
      'calc',
      message,
      async () => {
        if (message.id === undefined) return new Response(null, { status: 202 });
        const envelope = { jsonrpc: '2.0', id: message.id };
        try {
          // Handlers run later, and may get only a part of the request.
          await 0;
          const isWhole = new URL(request.url).pathname === '/hand';
          const options = fromToolCall('calc', isWhole ? message : { name, arguments: args });
          return Response.json({ ...envelope, result: dispatch(message, options) });
        } catch (error) {
          const { code = -32603, message: words } = error as Fault;
          return Response.json({ ...envelope, error: { code, message: words } });
        }
      },
      request,
    );
  },
};
