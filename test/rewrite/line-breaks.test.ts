import { describe, expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { untraceTools } from '../../src/rewrite/untrace-tools.js';

const PATH = 'src/index.ts';
const WIDTHS = Array.from({ length: 31 }, (_, index) => 50 + 3 * index);

/** Ways to write one registration, with line breaks where a person may put them. */
const WRITTEN = {
  'an arrow with a block': `server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, async ({ a, b }) => {
    return text(a + b);
  });`,
  'parameters in lines already': `server.registerTool('add', { inputSchema: { a: z.number() } }, async (
    { a },
  ) => {
    return text(a);
  });`,
  'a typed parameter and a return type': `server.registerTool('add', { inputSchema: { a: z.number() } }, async (args: { a: number }): Promise<Result> => {
    return text(args.a);
  });`,
  'a function expression': `server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, async function ({ a, b }) {
    return text(a + b);
  });`,
  'no parameter': `server.registerTool('read_all_of_it', { inputSchema: { a: z.number(), b: z.number() } }, async () => {
    return text(1);
  });`,
  'a part of the arguments': `server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, async ({ a }) => {
    return text(a);
  });`,
  'a concise object': `server.tool('add', { a: z.number(), b: z.number() }, async ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));`,
  'a concise object in a line': `server.tool('add', { a: z.number() }, async ({ a }) => ({ content: [{ type: 'text', text: a }] }));`,
  'a concise object below the arrow': `server.tool('add', { a: z.number() }, async ({ a }) =>
    ({ content: [{ type: 'text', text: String(a) }] }));`,
  'a concise object in lines below the arrow': `server.tool('add', { a: z.number() }, async ({ a }) =>
    ({
      content: [{ type: 'text', text: String(a) }],
    }));`,
  'a concise call': `server.tool('add', { a: z.number(), b: z.number() }, async ({ a, b }, extra) => text(a + b, extra));`,
  'a concise call below the arrow': `server.tool('add', { a: z.number() }, async ({ a }, extra) =>
    textOfTheSum(a, a, extra.signal));`,
  'a concise call in lines': `server.tool('add', { a: z.number() }, async ({ a }, extra) => text(
    a,
    extra.signal,
  ));`,
  'a concise call in lines below the arrow': `server.tool('add', { a: z.number() }, async ({ a }, extra) =>
    timed('add', extra.signal, () =>
      text(a),
    ));`,
  'parentheses with line breaks': `server.tool('add', { a: z.number(), b: z.number() }, async ({ a, b }, extra) => (
    text(a + b, extra)
  ));`,
  'parentheses with line breaks below the arrow': `server.tool('add', { a: z.number() }, async ({ a }, extra) =>
    (
      text(a, extra)
    ));`,
  'a part in parentheses': `server.tool('add', { a: z.number(), b: z.number() }, async ({ a, b }, extra) => (extra ?? a).text(b));`,
  'a handler from elsewhere': `server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, handlers.addition);`,
  'a handler from elsewhere below': `server.registerTool('add', { inputSchema: { a: z.number() } },
    handlers.addition);`,
  'a handler from elsewhere in its own line': `server.registerTool(
    'add',
    { inputSchema: { a: z.number() } },
    handlers.addition,
  );`,
  'a wrapped handler in lines': `server.registerTool('add', { inputSchema: { a: z.number() } }, handlers.made({
    by: 'hand',
  }));`,
  'a resource': `server.registerResource('shelf', 'library://shelf', { mimeType: 'text/plain' }, handlers.shelf);`,
} as const;

describe.each(Object.entries(WRITTEN))('%s', (_, code) => {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { handlers, text, textOfTheSum, timed, type Result } from './made.js';

export function register(server: McpServer): void {
  ${code}
}
`;

  it.each(WIDTHS)('keeps %i columns, and comes out', (line) => {
    const intent = {
      fallbackName: 'notes',
      aiBinding: 'AI',
      tasks: new Map(),
      includeUnreachable: false,
      widthOf: () => ({ line, tab: 2 }),
    };
    const { changes, tools } = planTools([{ path: PATH, text, reachable: true }], intent);
    expect(tools.map(({ status }) => status)).toEqual(['planned']);
    const [change] = changes;
    const after = change?.action === 'modify' ? splice(text, change.edits) : text;
    expect(after).not.toBe(text);
    const theirs = Math.max(...text.split('\n').map((one) => one.length));
    const ours = after.split('\n').filter((one) => !one.startsWith('import '));
    if (theirs <= line) expect(ours.filter((one) => one.length > line)).toEqual([]);
    expect(planTools([{ path: PATH, text: after, reachable: true }], intent).changes).toEqual([]);
    const reading = readSource(PATH, after, intent);
    expect(
      splice(
        after,
        untraceTools(reading, () => false),
      ),
    ).toBe(text);
  });
});
