import { createTrace, traceContext } from '@create-something/observability';
import { Client as ClientV2, InMemoryTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { observed } from './support/observed.js';

const on = observed();
const INFO = { name: 'a-client', version: '9.9.9' };
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('SDK v1: session, client and parent are recorded, and the client gets the same errors', async () => {
  const server = new McpServer({ name: 'calculator', version: '1.0.0' });
  server.tool('add', { a: z.number() }, async ({ a }, extra) =>
    createTrace({ name: 'calculator:add', input: { a }, context: extra, server }).run(async () => {
      if (a < 0) throw new Error('too small');
      return { content: [{ type: 'text', text: String(a + 1) }] };
    }),
  );
  server.tool('ping', (extra) =>
    createTrace({ name: 'calculator:ping', context: extra }).run(() => ({ content: [] })),
  );
  const [near, far] = InMemoryTransport.createLinkedPair();
  Object.assign(far, { sessionId: 'session-1' });
  const client = new Client(INFO);
  await Promise.all([server.connect(far), client.connect(near)]);
  const params = { name: 'add', arguments: { a: 1 }, _meta: { traceparent: PARENT } };
  expect((await client.callTool(params)).content).toEqual([{ type: 'text', text: '2' }]);
  expect(await client.callTool({ name: 'add', arguments: { a: -1 } })).toMatchObject({
    isError: true,
    content: [{ type: 'text', text: 'too small' }],
  });
  await client.callTool({ name: 'ping' });
  await client.close();
  const [called, failed, ping] = await on.spans();
  expect(called).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    attributes: {
      'session.id': 'session-1',
      'langfuse.trace.metadata.mcp.client.name': 'a-client',
      'langfuse.trace.metadata.mcp.client.version': '9.9.9',
      'langfuse.trace.metadata.jsonrpc.request.id': '1',
    },
  });
  expect(failed?.attributes['langfuse.observation.status_message']).toBe('too small');
  expect(ping?.attributes['session.id']).toBe('session-1');
});

test('SDK v2: the same facts from ctx, without the server', async () => {
  const server = new McpServerV2({ name: 'calculator', version: '1.0.0' });
  server.registerTool('add', { inputSchema: z.object({ a: z.number() }) }, async ({ a }, ctx) =>
    createTrace({ name: 'calculator:add', input: { a }, context: ctx, server }).run(async () => ({
      content: [{ type: 'text' as const, text: String(a + 1) }],
    })),
  );
  const [near, far] = TransportV2.createLinkedPair();
  Object.assign(far, { sessionId: 'session-2' });
  const client = new ClientV2(INFO);
  await Promise.all([server.connect(far as never), client.connect(near)]);
  const result = await client.callTool({ name: 'add', arguments: { a: 1 }, _meta: { traceparent: PARENT } });
  expect(result).toMatchObject({ content: [{ type: 'text', text: '2' }] });
  await client.close();
  expect((await on.spans())[0]).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    attributes: {
      'session.id': 'session-2',
      'langfuse.trace.metadata.mcp.client.name': 'a-client',
      'langfuse.trace.metadata.mcp.client.version': '9.9.9',
    },
  });
});

test('over HTTP: headers of v1 and v2, the user from the verified token, and never the token', async () => {
  const authInfo = {
    token: 'raw-token-value',
    clientId: 'oauth-client',
    scopes: [],
    extra: { sub: 'user-7' },
  };
  const headers = {
    'mcp-session-id': 's',
    'mcp-protocol-version': '2025-06-18',
    'user-agent': 'ua/1',
    'cf-ray': '8f1-AMS',
  };
  const meta = {
    'io.modelcontextprotocol/clientInfo': INFO,
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  };
  createTrace({ name: 'v1', context: { requestId: 3, authInfo, requestInfo: { headers } } }).end();
  const req = new Request('http://localhost/', { headers });
  createTrace({
    name: 'v2',
    context: { mcpReq: { id: 'r', method: 'tools/call', _meta: meta }, http: { authInfo, req } },
  }).end();
  const [v1, v2] = await on.spans();
  const both = {
    'user.id': 'user-7',
    'session.id': 's',
    'langfuse.trace.metadata.mcp.client.id': 'oauth-client',
    'langfuse.trace.metadata.mcp.client.user_agent': 'ua/1',
    'langfuse.trace.metadata.cloudflare.ray_id': '8f1-AMS',
    'langfuse.trace.metadata.cloudflare.colo': 'AMS',
  };
  expect(v1?.attributes).toMatchObject({
    ...both,
    'langfuse.trace.metadata.mcp.protocol.version': '2025-06-18',
  });
  expect(v2?.attributes).toMatchObject({
    ...both,
    'langfuse.trace.metadata.mcp.protocol.version': '2026-07-28',
    'langfuse.trace.metadata.mcp.client.name': 'a-client',
  });
  expect(on.langfuse.received.map(({ text }) => text).join()).not.toContain('raw-token-value');
});

test('the outgoing context continues in the called server', async () => {
  await createTrace({ name: 'caller' }).run(async (trace) => {
    createTrace({ name: 'callee', context: { _meta: traceContext(trace) } }).end();
  });
  const [callee, caller] = await on.spans();
  expect(callee).toMatchObject({ traceId: caller?.traceId, parentSpanId: caller?.spanId });
  expect(traceContext()).toEqual({});
});
