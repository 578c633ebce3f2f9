import { createSpan, createTrace, observeServer, traceMcpTool } from '@create-something/observability';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { observed } from './support/observed.js';

const on = observed();
const TOOLS = ['traced', 'bare', 'nested', 'failing', 'unknown'] as const;
type Tool = (typeof TOOLS)[number];

/** A new call, the release of a waiting call by its index, or a cancellation by the client. */
type Step = { do: 'call'; session: number; tool: Tool } | { do: 'finish' | 'cancel'; among: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      session: fc.nat(2),
      tool: fc.constantFrom(...TOOLS),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), among: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), among: fc.nat(20) }) },
);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A server and the client's end of its transport. It sends plain JSON-RPC, so that sessions use the same ids. */
async function open(gates: Map<string, () => void>) {
  const server = observeServer(new McpServer({ name: 's', version: '1' }), 's');
  const wait = (key: string) => new Promise<void>((resolve) => gates.set(key, resolve));
  const inputSchema = { key: z.string() };
  const work = async (key: string) => {
    createSpan(undefined, { name: `before ${key}` }).end();
    await wait(key);
    createSpan(undefined, { name: `after ${key}` }).end();
    return { content: [{ type: 'text' as const, text: key }] };
  };
  server.registerTool(
    'traced',
    { inputSchema },
    traceMcpTool('s', 'traced', 'analyze', ({ key }: { key: string }) => work(key)),
  );
  server.registerTool('bare', { inputSchema }, ({ key }) => work(key));
  server.registerTool('nested', { inputSchema }, ({ key }, extra) =>
    createTrace({ name: `s:nested`, input: { key }, context: extra }).run(() =>
      createTrace({ name: `inner ${key}` }).run(() => work(key)),
    ),
  );
  server.registerTool(
    'failing',
    { inputSchema },
    traceMcpTool('s', 'failing', 'analyze', async ({ key }: { key: string }) => {
      await work(key);
      throw new Error(`no ${key}`);
    }),
  );
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  await near.start();
  return { near, next: 0 };
}

test('each call of several sessions is one trace with its own spans, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 40 }), async (steps) => {
      on.langfuse.received.splice(0);
      const gates = new Map<string, () => void>();
      const sessions = await Promise.all([0, 1, 2].map(() => open(gates)));
      const made: { key: string; tool: Tool; session: number; id: number; cancelled?: boolean }[] = [];
      const letGo = async (key: string) => {
        gates.get(key)?.();
        gates.delete(key);
        await turn();
      };
      for (const one of steps) {
        if (one.do === 'call') {
          const { session, tool } = one;
          const { near } = sessions[session] as (typeof sessions)[number];
          const id = (sessions[session] as (typeof sessions)[number]).next++;
          const key = `${session}.${id}`;
          made.push({ key, tool, session, id });
          await near.send({
            jsonrpc: '2.0',
            id,
            method: 'tools/call',
            params: { name: tool, arguments: { key } },
          });
        } else {
          const keys = [...gates.keys()];
          const key = keys[one.among % (keys.length || 1)];
          const call = made.find((other) => other.key === key);
          if (!key || !call) continue;
          if (one.do === 'cancel') {
            call.cancelled = true;
            const params = { requestId: call.id, reason: 'enough' };
            await sessions[call.session]?.near.send({
              jsonrpc: '2.0',
              method: 'notifications/cancelled',
              params,
            });
          }
          await letGo(key);
        }
        await turn();
      }
      for (const key of [...gates.keys()]) await letGo(key);
      await turn();
      const spans = await on.spans();
      const isRoot = ({ attributes }: (typeof spans)[number]) =>
        attributes['langfuse.observation.metadata.mcp.method.name'] === 'tools/call';
      const keyOf = ({ attributes }: (typeof spans)[number]) =>
        JSON.parse(String(attributes['langfuse.observation.input'])).key;
      const roots = spans.filter(isRoot);
      // Each request once, identified by its arguments.
      expect(roots.map(keyOf).sort()).toEqual(made.map(({ key }) => key).sort());
      expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(made.length);
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      for (const { key, tool, cancelled } of made) {
        const root = roots.find((span) => keyOf(span) === key);
        expect(root?.name).toBe(`s:${tool}`);
        const failed = cancelled || tool === 'failing' || tool === 'unknown';
        expect([key, root?.attributes['langfuse.observation.level']]).toEqual([
          key,
          failed ? 'ERROR' : undefined,
        ]);
      }
      for (const span of spans.filter((span) => !isRoot(span) && span.name !== 'notifications/cancelled')) {
        let above = span;
        while (above.parentSpanId) above = byId.get(above.parentSpanId) as typeof span;
        expect(span.traceId).toBe(above.traceId);
        expect(span.name.split(' ')[1]).toBe(keyOf(above));
      }
      for (const { near } of sessions) await near.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
