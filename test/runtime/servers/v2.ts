// A factory of SDK v2 behind createMcpHandler of the Agents SDK, which serves both protocol versions.
import {
  observeServer,
  traceMcpPrompt,
  traceMcpResource,
  traceMcpTool,
} from '@create-something/observability';
import { McpServer } from '@modelcontextprotocol/server';
import { createMcpHandler } from 'agents/mcp/server';
import { z } from 'zod';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

const handler = createMcpHandler(() => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool(
    'add',
    { inputSchema: z.object({ a: z.number() }) },
    traceMcpTool('calc', 'add', 'transform', async ({ a }: { a: number }) => text(String(a + 1))),
  );
  server.registerResource(
    'note',
    'note://1',
    {},
    traceMcpResource('calc', 'note', async (uri: URL) => ({ contents: [{ uri: uri.href, text: 'hi' }] })),
  );
  server.registerPrompt(
    'ask',
    { argsSchema: z.object({ x: z.string() }) },
    traceMcpPrompt('calc', 'ask', async ({ x }: { x: string }) => ({
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: x } }],
    })),
  );
  return server;
});

export default {
  fetch: (request: Request) => handler.fetch(request),
};
