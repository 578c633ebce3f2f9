import { createTrace, keepMcpSession, observeServer } from '@create-something/observability';
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { observed } from './support/observed.js';

const on = observed();
const IDS = ['11111111111111111111111111111111', '2222222222222222'] as const;
const PARENT = `00-${IDS[0]}-${IDS[1]}-01`;

async function read(context: unknown, input?: unknown) {
  createTrace({ name: 'asked', context, input }).run(() => 1);
  const [span] = (await on.spans()).slice(-1);
  const attributes = span?.attributes ?? {};
  const meta = (key: string) => attributes[`langfuse.trace.metadata.${key}`];
  return { span, attributes, meta };
}

test.each<[string, object, object]>([
  [
    'Codex',
    { 'x-codex-turn-metadata': { session_id: 's', turn_id: 't', model: 'm' } },
    { session: 's', 'codex.turn_id': 't', 'codex.model': 'm' },
  ],
  ['Codex with only its thread', { threadId: 'th' }, { session: 'th' }],
  [
    'ChatGPT',
    { 'openai/session': 'v1/s', 'openai/subject': 'v1/u', 'openai/locale': 'nl' },
    { session: 'v1/s', user: 'v1/u', 'openai/locale': 'nl' },
  ],
  [
    'VS Code',
    { 'vscode.conversationId': 'c', 'vscode.requestId': 'r' },
    { session: 'c', 'vscode.requestId': 'r' },
  ],
  ['OpenCode', { sessionID: 'ses' }, { session: 'ses' }],
  ['Antigravity', { 'antigravity.google/conversation_id': 'c2' }, { session: 'c2' }],
  ['Claude Code', { 'claudecode/toolUseId': 'toolu_9' }, { 'mcp.tool_use_id': 'toolu_9' }],
  ['one with a trace state', { tracestate: 'a=1', baggage: 'k=v' }, { tracestate: 'a=1', baggage: 'k=v' }],
])('the data of %s in _meta is recorded', async (_, meta, right) => {
  for (const context of [{ _meta: meta }, { mcpReq: { id: 1, _meta: meta } }]) {
    const { attributes, meta: found } = await read(context);
    for (const [key, value] of Object.entries(right)) {
      const name = { session: 'session.id', user: 'user.id' }[key];
      expect(name ? attributes[name] : found(key)).toBe(value);
    }
  }
});

test("the server's session and the OAuth user override the client's data", async () => {
  const { attributes } = await read({
    sessionId: 'own',
    authInfo: { token: 'secret-token-value', clientId: 'c', scopes: [], extra: { sub: 'u-1' } },
    _meta: { sessionID: 'theirs', 'openai/subject': 'someone' },
  });
  expect(attributes).toMatchObject({ 'session.id': 'own', 'user.id': 'u-1' });
  expect(JSON.stringify(on.langfuse.received)).not.toContain('secret-token-value');
});

test.each([
  ['on', true, true],
  ['meta', true, false],
  ['off', false, false],
] as const)('traceparent %s: in _meta %s, in a header %s', async (traceparent, inMeta, inHeader) => {
  on.init({ traceparent });
  const { span: byMeta } = await read({ _meta: { traceparent: PARENT } });
  expect([byMeta?.traceId, byMeta?.parentSpanId].join() === IDS.join()).toBe(inMeta);
  const headers = { traceparent: PARENT, 'user-agent': 'claude-code/2.1.197' };
  for (const context of [
    { requestInfo: { headers } },
    { http: { req: new Request('http://x.test', { headers }) } },
  ]) {
    const { span, meta } = await read(context);
    expect([span?.traceId, span?.parentSpanId].join() === IDS.join()).toBe(inHeader);
    expect([meta('mcp.client.name'), meta('mcp.client.version')]).toEqual(['claude-code', '2.1.197']);
  }
});

test('a request with invalid data in these fields is recorded', async () => {
  const odd = [null, 7, '', 'x', [], {}, { session_id: {} }, 'é'.repeat(5000)];
  for (const value of odd) {
    const keys = [
      'x-codex-turn-metadata',
      'threadId',
      'openai/session',
      'traceparent',
      'io.modelcontextprotocol/clientInfo',
    ];
    const { span } = await read({ _meta: Object.fromEntries(keys.map((key) => [key, value])) });
    expect(span?.name).toBe('asked');
    expect(String(span?.attributes['session.id'] ?? '').length).toBeLessThanOrEqual(220);
    on.langfuse.received.splice(0);
  }
  const { span } = await read({
    requestInfo: { headers: { 'x-mcp-client-info': '{"no json', traceparent: 'zz' } },
  });
  expect(span?.name).toBe('asked');
});

test.each<[string, object]>([
  ['v1', { signal: new AbortController().signal, sendNotification: () => {}, requestId: 1 }],
  ['v1 with authentication', { authInfo: { token: 'raw-token-value', clientId: 'c', scopes: [] } }],
  ['v1 with headers', { requestInfo: { headers: { authorization: 'Bearer raw-token-value' } } }],
  ['v2', { mcpReq: { id: 1 }, http: { authInfo: { token: 'raw-token-value' } } }],
  ['FastMCP', { reportProgress: () => {}, session: { token: 'raw-token-value' } }],
])('a request context of %s is never input, in any position', async (_, context) => {
  const first = await read(undefined, context);
  expect(first.attributes).not.toHaveProperty(['langfuse.observation.input']);
  const deep = await read(undefined, { args: { a: 1 }, extra: context, all: [context] });
  expect(deep.attributes['langfuse.observation.input']).toBe(
    '{"args":{"a":1},"extra":"[request context]","all":["[request context]"]}',
  );
  expect(JSON.stringify(on.langfuse.received)).not.toContain('raw-token-value');
});

test('a kept session is signed, stored nowhere, and only added if the server has none', async () => {
  const handler = createMcpHandler(() => {
    const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
    server.registerTool('add', { inputSchema: z.object({ a: z.number() }) }, async ({ a }) => ({
      content: [{ type: 'text' as const, text: String(a) }],
    }));
    return server;
  });
  const seen: (string | null)[] = [];
  const serve = keepMcpSession((request: Request) => {
    seen.push(request.headers.get('mcp-session-id'));
    return handler.fetch(request);
  }, 'a-secret-of-ours');
  const connect = async () => {
    const client = new ClientV2({ name: 'probe', version: '9.9' });
    const fetch = (url: string | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers);
      headers.set('host', 'localhost');
      return serve(new Request(url, { ...init, headers }));
    };
    await client.connect(new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { fetch }));
    return client;
  };
  const [one, other] = [await connect(), await connect()];
  await one.callTool({ name: 'add', arguments: { a: 1 } });
  await one.listTools();
  await other.callTool({ name: 'add', arguments: { a: 2 } });
  const spans = (await on.spans()).filter(({ name }) => name === 'calc:add' || name === 'tools/list');
  const sessions = spans.map(({ attributes }) => attributes['session.id']);
  expect(sessions[0]).toMatch(/^[\da-f]{32}$/);
  expect(sessions[1]).toBe(sessions[0]);
  expect(sessions[2]).not.toBe(sessions[0]);
  for (const { attributes } of spans)
    expect(attributes['langfuse.trace.metadata.mcp.client.name']).toBe('probe');

  // With a wrong or changed signature, the server gets no session.
  const forged = await keepMcpSession(
    (request: Request) => new Response(String(request.headers.get('mcp-session-id'))),
    'another-secret',
  )(new Request('http://localhost/mcp', { headers: { 'mcp-session-id': 'cso.WyJhIiwiYiIsImMiXQ.AAAA' } }));
  expect(await forged.text()).toBe('null');
  // A session of the server stays unchanged.
  const own = await keepMcpSession(
    (request: Request) => new Response(String(request.headers.get('mcp-session-id'))),
    'another-secret',
  )(new Request('http://localhost/mcp', { headers: { 'mcp-session-id': 'own-1' } }));
  expect(await own.text()).toBe('own-1');
  await one.close();
  await other.close();
});
