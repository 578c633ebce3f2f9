import {
  createGeneration,
  createSpan,
  createTrace,
  getClient,
  observeServer,
  traceMcpPrompt,
  traceMcpResource,
  traceMcpTool,
} from '@create-something/observability';
import { Client as ClientV2, InMemoryTransport as MemoryV2 } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  CallToolRequestSchema,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { observed } from './support/observed.js';

const on = observed();
const INFO = { name: 'weather-client', version: '3.1.0' };
const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

async function connected(server: McpServer | Server, capabilities = {}) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client(INFO, { capabilities });
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

/** The name, method, level and error type of each received root. */
async function roots() {
  const spans = await on.spans();
  return spans
    .filter(({ attributes }) => attributes['langfuse.observation.metadata.mcp.method.name'])
    .map(({ name, attributes }) => [
      name,
      attributes['langfuse.observation.metadata.mcp.method.name'],
      attributes['langfuse.observation.level'] ?? 'DEFAULT',
      attributes['langfuse.observation.metadata.error.type'],
    ]);
}

test('requests that reach no handler are recorded, and others are recorded once', async () => {
  const server = observeServer(new McpServer({ name: 'weather', version: '1.0.0' }), 'weather');
  server.registerTool(
    'forecast',
    { inputSchema: { days: z.number() } },
    traceMcpTool('weather', 'forecast', 'predict', async ({ days }) => text(`${days} days of sun`)),
  );
  server.registerResource(
    'stations',
    'weather://stations',
    {},
    traceMcpResource('weather', 'stations', async (uri: URL) => ({
      contents: [{ uri: uri.href, text: 'AMS' }],
    })),
  );
  server.registerPrompt(
    'explain',
    { argsSchema: { city: z.string() } },
    traceMcpPrompt('weather', 'explain', async ({ city }: { city: string }) => ({
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: city } }],
    })),
  );
  const client = await connected(server);
  await client.listTools();
  expect(await client.callTool({ name: 'forecast', arguments: { days: 3 } })).toMatchObject(
    text('3 days of sun'),
  );
  await client.callTool({ name: 'forecast', arguments: { days: 'three' } });
  await client.callTool({ name: 'tides', arguments: {} });
  await client.readResource({ uri: 'weather://stations' });
  await client.readResource({ uri: 'weather://none' }).catch(() => {});
  await client.getPrompt({ name: 'explain', arguments: { city: 'Delft' } });
  await client.ping();
  expect(await roots()).toEqual([
    ['initialize', 'initialize', 'DEFAULT', undefined],
    ['tools/list', 'tools/list', 'DEFAULT', undefined],
    ['weather:forecast', 'tools/call', 'DEFAULT', undefined],
    ['weather:forecast', 'tools/call', 'ERROR', 'invalid_arguments'],
    ['weather:tides', 'tools/call', 'ERROR', 'unknown_tool'],
    ['weather:stations', 'resources/read', 'DEFAULT', undefined],
    ['resources/read', 'resources/read', 'ERROR', 'not_found'],
    ['weather:explain', 'prompts/get', 'DEFAULT', undefined],
  ]);
  const spans = await on.spans();
  const attributes = (at: number) => spans[at]?.attributes ?? {};
  expect(attributes(1)['langfuse.observation.output']).toMatch(/^\{"tools":1,"characters":\d+\}$/);
  expect(attributes(2)).toMatchObject({
    'langfuse.observation.type': 'tool',
    'langfuse.observation.input': '{"days":3}',
    'langfuse.trace.metadata.mcp.client.name': 'weather-client',
    'langfuse.trace.metadata.ai_task.type': 'predict',
  });
  expect(attributes(3)['langfuse.observation.status_message']).toContain('days');
  expect(attributes(5)).toMatchObject({
    'langfuse.observation.type': 'retriever',
    'langfuse.observation.input': 'weather://stations',
    'langfuse.observation.metadata.mcp.resource.uri': 'weather://stations',
    'langfuse.observation.metadata.data_artifact.category': 'context',
  });
  expect(attributes(7)).toMatchObject({
    'langfuse.observation.input': '{"city":"Delft"}',
    'langfuse.observation.metadata.mcp.prompt.name': 'explain',
    'langfuse.observation.metadata.data_artifact.category': 'prompt',
  });
  await client.close();
});

test('an output that the SDK refuses fails the call, although its handler succeeded', async () => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool(
    'sum',
    { inputSchema: { a: z.number() }, outputSchema: { sum: z.number() } },
    traceMcpTool('calc', 'sum', 'transform', async () => text('no structure')),
  );
  const client = await connected(server);
  await client.callTool({ name: 'sum', arguments: { a: 1 } }).catch(() => {});
  const call = (await on.spans()).find(({ name }) => name === 'calc:sum');
  expect(call?.attributes).toMatchObject({
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': expect.stringContaining('output schema'),
    'langfuse.observation.metadata.error.type': 'tool_error',
    'langfuse.observation.output': JSON.stringify(text('no structure')),
  });
  expect((await roots()).filter(([name]) => name === 'calc:sum')).toHaveLength(1);
  await client.close();
});

test('a trace within a request, and a trace within that, are one tree', async () => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool('outer', {}, (extra) =>
    createTrace({ name: 'calc:outer', context: extra }).run(async (outer) => {
      await createTrace({ name: 'calc:inner', userId: 'u-1' }).run(async (inner) => {
        expect(inner.id).toBe(outer.id);
        createSpan(undefined, { name: 'step' }).end();
      });
      return text('done');
    }),
  );
  // This handler has no trace, but its spans still belong to the call.
  server.registerTool('bare', {}, async () => {
    createGeneration(undefined, { name: 'model', model: 'm' }).end('hi');
    return text('bare');
  });
  const client = await connected(server);
  await client.callTool({ name: 'outer' });
  await client.callTool({ name: 'bare' });
  const spans = await on.spans();
  const parentOf = (name: string) => {
    const { parentSpanId, traceId } = spans.find((span) => span.name === name) ?? {};
    return spans.find((span) => span.spanId === parentSpanId && span.traceId === traceId)?.name;
  };
  expect([parentOf('step'), parentOf('calc:inner'), parentOf('calc:outer'), parentOf('model')]).toEqual([
    'calc:inner',
    'calc:outer',
    undefined,
    'calc:bare',
  ]);
  expect(spans.find(({ name }) => name === 'calc:outer')?.attributes['user.id']).toBe('u-1');
  await client.close();
});

test('requests and notifications to the client during a call belong to the call', async () => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool('ask', {}, async (extra) =>
    createTrace({ name: 'calc:ask', context: extra }).run(async () => {
      await extra.sendNotification({
        method: 'notifications/progress',
        params: { progressToken: extra._meta?.progressToken ?? 0, progress: 1 },
      });
      const answer = await server.server.createMessage({
        messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }],
        maxTokens: 5,
      });
      await server.server.elicitInput({
        message: 'sure?',
        requestedSchema: { type: 'object', properties: {} },
      });
      return text(answer.model);
    }),
  );
  const client = await connected(server, { sampling: {}, elicitation: {} });
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    role: 'assistant' as const,
    model: 'the-client-model',
    content: { type: 'text' as const, text: 'yes' },
  }));
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' as const }));
  expect(await client.callTool({ name: 'ask' })).toMatchObject(text('the-client-model'));
  const spans = await on.spans();
  const call = spans.find(({ name }) => name === 'calc:ask');
  const inside = spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId);
  expect(inside.map(({ name, attributes }) => [name, attributes['langfuse.observation.type']])).toEqual([
    ['notifications/progress', 'event'],
    ['sampling/createMessage', 'span'],
    ['elicitation/create', 'span'],
  ]);
  expect(inside[1]?.attributes['langfuse.observation.output']).toContain('the-client-model');
  await client.close();
});

test('a cancelled call, and one whose client has gone, are recorded once as such', async () => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  let began = () => {};
  const waits = (extra: { signal: AbortSignal }) =>
    new Promise<ReturnType<typeof text>>((resolve) => {
      extra.signal.addEventListener('abort', () => resolve(text('too late')));
      began();
    });
  server.registerTool('traced', {}, traceMcpTool('calc', 'traced', 'analyze', waits));
  server.registerTool('bare', {}, waits);
  const client = await connected(server);
  for (const name of ['traced', 'bare']) {
    const abort = new AbortController();
    const started = new Promise<void>((resolve) => {
      began = resolve;
    });
    const call = client.callTool({ name }, undefined, { signal: abort.signal }).catch(() => 'given up');
    await started;
    abort.abort('changed my mind');
    expect(await call).toBe('given up');
  }
  const started = new Promise<void>((resolve) => {
    began = resolve;
  });
  void client.callTool({ name: 'bare' }).catch(() => {});
  await started;
  await client.close();
  expect((await roots()).slice(1)).toEqual([
    ['calc:traced', 'tools/call', 'ERROR', 'cancelled'],
    ['calc:bare', 'tools/call', 'ERROR', 'cancelled'],
    ['calc:bare', 'tools/call', 'ERROR', 'cancelled'],
  ]);
});

test('the low-level server of v1, and the server of v2', async () => {
  const low = observeServer(
    new Server({ name: 'low', version: '1' }, { capabilities: { tools: {} } }),
    'low',
  );
  low.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) =>
    createTrace({ name: `low:${params.name}`, context: extra }).run(async () => {
      if (params.name === 'add') return text('2');
      throw Object.assign(new Error(`Unknown tool: ${params.name}`), { code: -32602 });
    }),
  );
  const client = await connected(low);
  await client.callTool({ name: 'add' });
  await client.callTool({ name: 'subtract' }).catch(() => {});
  await client.listTools().catch(() => {});

  const next = observeServer(new McpServerV2({ name: 'next', version: '1' }), 'next');
  next.registerTool('add', { inputSchema: z.object({ a: z.number() }) }, async ({ a }, ctx) =>
    createTrace({ name: 'next:add', input: { a }, context: ctx }).run(async () => text(String(a))),
  );
  const [near, far] = MemoryV2.createLinkedPair();
  const clientV2 = new ClientV2(INFO);
  await Promise.all([next.connect(far as never), clientV2.connect(near)]);
  await clientV2.callTool({ name: 'add', arguments: { a: 1 } });
  await clientV2.callTool({ name: 'add', arguments: { a: '1' } }).catch(() => {});
  await clientV2.callTool({ name: 'divide', arguments: {} }).catch(() => {});
  expect(await roots()).toEqual([
    ['initialize', 'initialize', 'DEFAULT', undefined],
    ['low:add', 'tools/call', 'DEFAULT', undefined],
    ['low:subtract', 'tools/call', 'ERROR', 'unknown_tool'],
    ['tools/list', 'tools/list', 'ERROR', 'not_found'],
    ['initialize', 'initialize', 'DEFAULT', undefined],
    ['next:add', 'tools/call', 'DEFAULT', undefined],
    ['next:add', 'tools/call', 'ERROR', 'invalid_arguments'],
    ['next:divide', 'tools/call', 'ERROR', 'unknown_tool'],
  ]);
  await client.close();
  await clientV2.close();
});

test('it returns the same object, observes a server only once, and ignores other values', async () => {
  const server = new McpServer({ name: 'calc', version: '1' });
  expect(observeServer(observeServer(server, 'calc'), 'calc')).toBe(server);
  server.registerTool('add', {}, async () => text('1'));
  const client = await connected(server);
  await client.callTool({ name: 'add' });
  expect((await roots()).map(([name]) => name)).toEqual(['initialize', 'calc:add']);
  for (const other of [null, undefined, 7, 'text', {}, () => 1]) expect(observeServer(other)).toBe(other);
  await client.close();
  await getClient()?.flush();
});

test.each([
  ['tools/call', ['calc:add']],
  ['!initialize, !ping', ['tools/list', 'calc:add', 'calc:none']],
])('LANGFUSE_MCP_METHODS=%s', async (methods, names) => {
  on.init({ methods: methods.split(',').map((name) => name.trim()) });
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool('add', {}, async () => text('1'));
  const client = await connected(server);
  await client.listTools();
  await client.callTool({ name: 'add' });
  if (names.length > 1) await client.callTool({ name: 'none' });
  expect((await roots()).map(([name]) => name)).toEqual(names);
  await client.close();
});

test('the initialisation after hibernation is not recorded as a client’s request', async () => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool('add', {}, async () => text('1'));
  const sent: unknown[] = [];
  const transport = {
    sessionId: 'session-9',
    onmessage: undefined as ((message: unknown, extra?: unknown) => void) | undefined,
    start: async () => {},
    close: async () => {},
    send: async (message: unknown) => void sent.push(message),
  };
  await server.connect(transport as never);
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: INFO };
  transport.onmessage?.({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const requestInfo = { headers: {} };
  transport.onmessage?.(
    { jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'add' } },
    { requestInfo },
  );
  await expect.poll(() => sent).toHaveLength(2);
  const [only, ...others] = await on.spans();
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    name: 'calc:add',
    attributes: {
      'session.id': 'session-9',
      'langfuse.trace.metadata.mcp.client.name': 'weather-client',
      'langfuse.trace.metadata.mcp.protocol.version': '2025-06-18',
    },
  });
});

test('work outside requests creates no trace', async () => {
  const server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc');
  server.registerTool('add', {}, async (extra) =>
    createTrace({ name: 'calc:add', context: extra }).run(async () => {
      server.sendToolListChanged();
      return text('1');
    }),
  );
  const client = await connected(server);
  await server.server.ping();
  await server.server.sendToolListChanged();
  await client.callTool({ name: 'add' });
  const spans = await on.spans();
  const call = spans.find(({ name }) => name === 'calc:add');
  expect(spans.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name)).toEqual([
    'initialize',
    'calc:add',
  ]);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId).map(({ name }) => name)).toEqual([
    'notifications/tools/list_changed',
  ]);
  await client.close();
});

test('code that several servers share is traced with the name of the server that handles the request', async () => {
  const departures = traceMcpTool('registrar', 'departures', 'extract', async () => text('9:15'));
  const clients = ['north', 'south'].map((name) => {
    const server = observeServer(new McpServer({ name, version: '1' }), name);
    server.registerTool('departures', {}, departures);
    server.registerTool('arrivals', {}, (extra) =>
      createTrace({ name: 'registrar:arrivals', context: extra }).run(async () => text('none')),
    );
    return connected(server);
  });
  for (const client of await Promise.all(clients)) {
    await client.callTool({ name: 'departures', arguments: {} });
    await client.callTool({ name: 'arrivals', arguments: {} });
  }
  const spans = await on.spans();
  const named = spans
    .filter(({ attributes }) => attributes['langfuse.observation.metadata.mcp.method.name'] === 'tools/call')
    .map(({ name, attributes }) => [name, attributes['langfuse.observation.metadata.touchpoint.mcp_server']]);
  expect(named).toEqual([
    ['north:departures', 'north'],
    // A name that a person chose stays.
    ['registrar:arrivals', 'north'],
    ['south:departures', 'south'],
    ['registrar:arrivals', 'south'],
  ]);
});
