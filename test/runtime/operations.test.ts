import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { faultsOfTraces } from './support/contract.js';
import { type Langfuse, type ReadSpan, startLangfuse } from './support/langfuse.js';
import { startWorker } from './support/worker.js';

const INFO = { name: 'probe', version: '9.1.0' };

/** A request, its expected outcome, and the error type. */
const OPERATIONS: [string, (client: AnyClient) => Promise<unknown>, string | undefined][] = [
  ['tools/list', (client) => client.listTools(), undefined],
  ['tools/call', (client) => client.callTool({ name: 'add', arguments: { a: 1 } }), undefined],
  ['tools/call', (client) => client.callTool({ name: 'add', arguments: { a: 'one' } }), 'invalid_arguments'],
  ['tools/call', (client) => client.callTool({ name: 'add', arguments: {} }), 'invalid_arguments'],
  ['tools/call', (client) => client.callTool({ name: 'subtract', arguments: {} }), 'unknown_tool'],
  ['resources/read', (client) => client.readResource({ uri: 'note://1' }), undefined],
  ['prompts/get', (client) => client.getPrompt({ name: 'ask', arguments: { x: 'why' } }), undefined],
];

interface AnyClient {
  listTools(): Promise<unknown>;
  callTool(params: { name: string; arguments: object }): Promise<unknown>;
  readResource(params: { uri: string }): Promise<unknown>;
  getPrompt(params: { name: string; arguments: { x: string } }): Promise<unknown>;
  close(): Promise<void>;
}

const meta = ({ attributes }: ReadSpan, key: string) => attributes[`langfuse.observation.metadata.${key}`];

/** Without it, the runtime does not know the running trace. A third of existing Workers lack it. */
const compatibilityFlags = ['nodejs_compat'];

describe.each<[string, string, string[], object]>([
  ['SDK v1', 'v1', ['/v1', '/low'], { compatibilityFlags }],
  ['SDK v1 without AsyncLocalStorage', 'v1', ['/v1', '/low'], {}],
  [
    'McpAgent',
    'agent',
    ['/agent'],
    { compatibilityFlags, durableObjects: { AGENT: { className: 'Agent', useSQLite: true } } },
  ],
  ['SDK v2', 'v2', ['/mcp modern', '/mcp'], { compatibilityFlags }],
  ['tmcp', 'tmcp', ['/tmcp'], { compatibilityFlags }],
  ['mcp-lite and by hand', 'own', ['/lite', '/hand', '/parts'], { compatibilityFlags }],
  ['mcp-lite and by hand, without AsyncLocalStorage', 'own', ['/lite', '/hand', '/parts'], {}],
])('in workerd, %s', (_, file, paths, options) => {
  let langfuse: Langfuse;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let address: URL;
  beforeAll(async () => {
    langfuse = await startLangfuse();
    worker = await startWorker(readFileSync(join(import.meta.dirname, `servers/${file}.ts`), 'utf8'), {
      bindings: langfuse.keys(),
      ...options,
    });
    address = await worker.miniflare.ready;
  });
  beforeEach(() => langfuse.received.splice(0));
  afterAll(async () => {
    await worker.close();
    await langfuse.close();
  });

  /** The roots since the last call. Each request sends one, so it waits for the last one. */
  const roots = async (count: number) => {
    const found = () => langfuse.spans().filter((span) => meta(span, 'mcp.method.name'));
    await langfuse.until(() => found().length >= count);
    return found();
  };

  test.each(paths)('%s: each of the eight operations is recorded once', async (path) => {
    const [pathname = '', isModern] = path.split(' ');
    const client = await connect(new URL(pathname, address), isModern !== undefined);
    const [first] = await roots(1);
    expect(first && meta(first, 'mcp.method.name')).toBe(isModern ? 'server/discover' : 'initialize');
    expect(first && meta(first, 'mcp.client.name')).toBe('probe');
    for (const [index, [method, call, failure]] of OPERATIONS.entries()) {
      const before = langfuse.spans().length;
      await call(client).catch(() => {});
      await langfuse.until(() => langfuse.spans().length > before);
      const spans = langfuse.spans().slice(before);
      expect(spans).toHaveLength(1);
      const [span] = spans as [ReadSpan];
      expect([index, meta(span, 'mcp.method.name'), meta(span, 'error.type')]).toEqual([
        index,
        method,
        failure,
      ]);
      expect(span.attributes['langfuse.observation.level'] === 'ERROR').toBe(failure !== undefined);
      if (method === 'tools/call')
        expect(span.name).toBe(failure === 'unknown_tool' ? 'calc:subtract' : 'calc:add');
      if (failure) expect(span.attributes['langfuse.observation.status_message']).toBeTruthy();
      if (pathname === '/agent') {
        expect(span.attributes).toMatchObject({ 'user.id': 'octo', 'session.id': expect.any(String) });
        expect(meta(span, 'mcp.client.name')).toBe('probe');
      }
    }
    await client.close();
    expect(JSON.stringify(langfuse.received)).not.toContain('never-shown');
    expect(await roots(8)).toHaveLength(8);
    expect(langfuse.received.flatMap(({ body }) => faultsOfTraces(body))).toEqual([]);
  });

  test.each(paths)('%s: concurrent calls of one tool are one trace each', async (path) => {
    const [pathname = '', isModern] = path.split(' ');
    const client = await connect(new URL(pathname, address), isModern !== undefined);
    await roots(1);
    langfuse.received.splice(0);
    const numbers = Array.from({ length: 9 }, (_, at) => at);
    await Promise.all(numbers.map((a) => client.callTool({ name: 'add', arguments: { a } })));
    const calls = (await roots(9)).filter((span) => meta(span, 'mcp.method.name') === 'tools/call');
    await client.close();
    const inputs = calls.map(({ attributes }) => attributes['langfuse.observation.input']);
    expect(inputs.toSorted()).toEqual(numbers.map((a) => JSON.stringify({ a })));
    expect(new Set(calls.map(({ traceId }) => traceId)).size).toBe(9);
    expect(new Set(calls.map((span) => meta(span, 'jsonrpc.request.id'))).size).toBe(9);
    for (const { attributes } of calls) {
      const { a } = JSON.parse(String(attributes['langfuse.observation.input']));
      expect(attributes['langfuse.observation.output']).toContain(`"${a + 1}"`);
    }
  });

  test.each(paths.filter((path) => /v1|low/.test(path)))(
    '%s: each request of a batch is a trace',
    async (path) => {
      const call = (id: number) => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: id < 3 ? 'add' : 'subtract', arguments: { a: id } },
      });
      const response = await fetch(new URL(path, address), {
        method: 'POST',
        headers: {
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          'mcp-protocol-version': '2025-03-26',
        },
        body: JSON.stringify([call(1), call(2), call(3)]),
      });
      expect(response.status).toBe(200);
      await response.text();
      const found = (await roots(3)).map((span) => [
        meta(span, 'jsonrpc.request.id'),
        meta(span, 'error.type'),
      ]);
      expect(found.toSorted()).toEqual([
        ['1', undefined],
        ['2', undefined],
        ['3', 'unknown_tool'],
      ]);
    },
  );
});

async function connect(url: URL, isModern: boolean): Promise<AnyClient> {
  if (isModern) {
    const client = new ClientV2(INFO, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new TransportV2(url));
    return client as AnyClient;
  }
  const client = new Client(INFO);
  await client.connect(new StreamableHTTPClientTransport(url) as never);
  return client as AnyClient;
}
