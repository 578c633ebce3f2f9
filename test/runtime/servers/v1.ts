// An McpServer of SDK v1 and a low-level Server, each stateless over HTTP.
import {
  createTrace,
  observeServer,
  traceMcpPrompt,
  traceMcpResource,
  traceMcpTool,
} from '@create-something/observability';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  GetPromptRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

export function fill(server: McpServer): McpServer {
  server.registerTool(
    'add',
    { inputSchema: { a: z.number() } },
    traceMcpTool('calc', 'add', 'transform', async ({ a }) => text(String(a + 1))),
  );
  server.registerResource(
    'note',
    'note://1',
    {},
    traceMcpResource('calc', 'note', async (uri: URL) => ({ contents: [{ uri: uri.href, text: 'hi' }] })),
  );
  server.registerPrompt(
    'ask',
    { argsSchema: { x: z.string() } },
    traceMcpPrompt('calc', 'ask', async ({ x }: { x: string }) => ({
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: x } }],
    })),
  );
  return server;
}

function lowLevel(): Server {
  const capabilities = { tools: {}, resources: {}, prompts: {} };
  const server = observeServer(new Server({ name: 'calc', version: '1' }, { capabilities }), 'calc');
  const inputSchema = { type: 'object' as const };
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: 'add', inputSchema }] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, context) =>
    createTrace({ name: `calc:${params.name}`, input: params.arguments, context }).run(async () => {
      if (params.name !== 'add') throw new McpError(-32602, `Unknown tool: ${params.name}`);
      const a = params.arguments?.['a'];
      if (typeof a !== 'number') throw new McpError(-32602, 'a has to be a number');
      return text(String(a + 1));
    }),
  );
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => ({
    contents: [{ uri: params.uri, text: 'hi' }],
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => ({
    messages: [
      { role: 'user' as const, content: { type: 'text' as const, text: String(params.arguments?.['x']) } },
    ],
  }));
  return server;
}

export default {
  async fetch(request: Request): Promise<Response> {
    const server =
      new URL(request.url).pathname === '/low'
        ? lowLevel()
        : fill(observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc'));
    const transport = new WebStandardStreamableHTTPServerTransport();
    await server.connect(transport);
    return transport.handleRequest(request);
  },
};
