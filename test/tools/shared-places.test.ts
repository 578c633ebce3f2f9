import { expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';

const INTENT = { fallbackName: 'notes', aiBinding: 'AI', tasks: new Map(), includeUnreachable: false };

function traced(text: string) {
  const plan = planTools([{ path: 'src/index.ts', text, reachable: true }], INTENT);
  const [change] = plan.changes;
  return { ...plan, text: change?.action === 'modify' ? splice(text, change.edits) : text };
}

const TOOLS = `const tools = [
  {
    name: 'find_note',
    description: 'Finds a note by its words.\\nSlow.',
    inputSchema: { words: z.string() },
    handler: async (args) => find(args),
  },
  {
    name: 'wipe_notebook',
    description: \`Wipes \${'a'} notebook\`,
    annotations: { destructiveHint: true },
    inputSchema: { id: z.string() },
    handler: async (args) => wipe(args),
  },
];
`;

it('a shared site gives each tool its task, oversight and description', () => {
  const { text, tools } = traced(`import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
${TOOLS}
const server = new McpServer({ name: 'notes', version: '1.0.0' });
for (const tool of tools) {
  server.registerTool(tool.name, { description: tool.description, inputSchema: tool.inputSchema }, (args) => tool.handler(args));
}
`);
  expect(text).toContain("  find_note: { task: 'extract', description: 'Finds a note by its words.' },");
  expect(text).toMatch(/ {2}wipe_notebook: \{[^}]*oversight: 'required'/);
  expect(text).toContain('mcpTasks[tool.name]');
  expect(tools).toMatchObject([
    { name: 'find_note', task: 'extract', status: 'planned' },
    { name: 'wipe_notebook', oversight: 'required', status: 'planned' },
  ]);
  expect(traced(text).changes).toEqual([]);
});

it('so does a handler of tools/call if only the request contains the name', () => {
  const { text } = traced(`import { z } from 'zod';
${TOOLS}
export async function handle(request) {
  if (request.method === 'tools/list') return { tools };
  if (request.method === 'tools/call') return run(request.params);
  throw new Error('unknown');
}
`);
  // On several lines if one would be too wide.
  expect(text).toMatch(
    /createTrace\(\s+fromToolCall\('notes', request.params, undefined, mcpTasks\),\s+\)\.run/,
  );
  expect(text).toMatch(/const mcpTasks: Parameters<typeof fromToolCall>\[3\] = \{/);
  expect(traced(text).changes).toEqual([]);
});
