// The shapes that the generator writes. They are compiled and never run. Every parameter must have the type that the
// SDK infers, and every result the type that the SDK requires.
import { createTrace, observeModel, type Trace } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server';
import { z } from 'zod';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: String(value) }] });

const v1 = new McpServerV1({ name: 'calculator', version: '1.0.0' });

// (name, cb)
v1.tool('ping', async (mcpContext) =>
  createTrace({
    name: 'calculator:ping',
    context: mcpContext,
    metadata: mcpToolMetadata('calculator', 'ping', 'verify'),
  }).run(async () => {
    same<typeof mcpContext.signal, AbortSignal>(true);
    return { content: [{ type: 'text', text: 'pong' }] };
  }),
);
// (name, description, cb), concise and sync
v1.tool('ping', 'Ping', () => createTrace({ name: 'calculator:ping' }).run(() => ({ content: [] })));
// (name, schema, cb), concise and async
v1.tool('add', { a: z.number() }, async ({ a }) =>
  createTrace({ name: 'calculator:add', input: { a } }).run(async () => ({
    content: [{ type: 'text', text: String(a.toFixed()) }],
  })),
);
// (name, description, schema, cb), with the context and the trace
v1.tool('add', 'Add two numbers', { a: z.number(), b: z.number().optional() }, async ({ a, b }, mcpContext) =>
  createTrace({
    name: 'calculator:add',
    input: { a, b },
    context: mcpContext,
    metadata: mcpToolMetadata('calculator', 'add', 'transform'),
  }).run(async (trace) => {
    same<typeof a, number>(true);
    same<typeof b, number | undefined>(true);
    same<typeof trace, Trace>(true);
    if (a > 1) return { content: [{ type: 'text', text: 'large' }], isError: true };
    return { content: [{ type: 'text', text: `${a}` }], structuredContent: { sum: a } };
  }),
);
// (name, schema, annotations, cb) and (name, description, schema, annotations, cb)
v1.tool('add', { a: z.number() }, { readOnlyHint: true }, ({ a }) =>
  createTrace({ name: 'calculator:add', input: { a } }).run(() => text(a)),
);
v1.tool('add', 'Add', { a: z.number() }, { readOnlyHint: true }, ({ a }) =>
  createTrace({ name: 'calculator:add', input: { a } }).run(async () => text(a)),
);
// registerTool of v1: with a schema, without one, with an output
v1.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async (args, mcpContext) =>
  createTrace({ name: 'calculator:add', input: args, context: mcpContext }).run(async () => {
    same<typeof args, { a: number }>(true);
    return { content: [{ type: 'text', text: String(args.a) }] };
  }),
);
v1.registerTool('ping', { description: 'Ping' }, async (mcpContext) =>
  createTrace({ name: 'calculator:ping', context: mcpContext }).run(async () => ({ content: [] })),
);
v1.registerTool('add', { inputSchema: { a: z.number() }, outputSchema: { sum: z.number() } }, ({ a }) =>
  createTrace({ name: 'calculator:add', input: { a } }).run(() => ({
    content: [],
    structuredContent: { sum: a },
  })),
);

const v2 = new McpServerV2({ name: 'calculator', version: '1.0.0' });

v2.registerTool('add', { inputSchema: z.object({ a: z.number() }) }, async ({ a }, mcpContext) =>
  createTrace({
    name: 'calculator:add',
    input: { a },
    context: mcpContext,
    metadata: mcpToolMetadata('calculator', 'add', 'transform'),
  }).run(async () => {
    same<typeof a, number>(true);
    return { content: [{ type: 'text', text: String(mcpContext.mcpReq.id) }] };
  }),
);
v2.registerTool('ping', { description: 'Ping' }, (mcpContext) =>
  createTrace({ name: 'calculator:ping', context: mcpContext }).run(() => ({ content: [] })),
);

// A model: the observed client has the client's own type.
interface Ai {
  run(model: '@cf/meta/llama', input: { prompt: string }): Promise<{ response: string }>;
}
export class Agent {
  readonly server = new McpServerV1({ name: 'agent', version: '1.0.0' });
  constructor(readonly env: { AI: Ai }) {}
  init() {
    this.server.tool('ask', { prompt: z.string() }, async ({ prompt }) =>
      createTrace({ name: 'agent:ask', input: { prompt } }).run(async (trace) => {
        const answer = await observeModel(trace, this.env.AI).run('@cf/meta/llama', { prompt });
        same<typeof answer, { response: string }>(true);
        return { content: [{ type: 'text', text: answer.response }] };
      }),
    );
  }
}

// Code that must not compile.
// @ts-expect-error a task that the Atlas does not have
mcpToolMetadata('calculator', 'add', 'compute');
// @ts-expect-error a result that is none
v1.tool('bad', async () => createTrace({ name: 'calculator:bad' }).run(async () => ({ content: 'text' })));
// @ts-expect-error a model that the binding does not have
export const bad = (env: { AI: Ai }) => observeModel(undefined, env.AI).run('@cf/other', { prompt: '' });
