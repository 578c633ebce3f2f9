import { expect, it } from 'vitest';
import { jsonc, repository, worker } from '../commands/repository.js';
import { observeHere } from './in-process.js';

const DISPATCHER = `import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { tools } from './tools';
const server = new Server({ name: 'calc', version: '1' });
server.setRequestHandler(CallToolRequestSchema, async (request) => tools[request.params.name].handler(request.params.arguments));
`;
const TOOLS = `export const tools = { add: { name: 'add', description: 'Add', inputSchema: {}, handler: async () => 1 } };
`;
const MODELS = `export async function ask(env) {
  const first = await env.AI.run('@cf/meta/llama-3.1-8b-instruct', {});
  return env.AI.run('@cf/meta/llama-3.1-8b-instruct', first);
}
`;

it('is reported for each line, except for the place that calls the tools', async () => {
  const dir = repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }, `import './models';\n${DISPATCHER}`),
    'src/tools.ts': TOOLS,
    'src/models.ts': MODELS,
  });
  const { findings } = JSON.parse((await observeHere('check', dir, '--json')).stdout);
  const found = findings
    .filter(({ rule }: { rule: string }) => rule.startsWith('langfuse/'))
    .map(({ rule, file, line }: { rule: string; file: string; line: number }) => `${rule} ${file}:${line}`);
  expect(found).toEqual([
    'langfuse/tool-untraced src/tools.ts:1',
    'langfuse/server-unobserved src/index.ts:5',
    'langfuse/model-call-unobserved src/models.ts:2',
    'langfuse/model-call-unobserved src/models.ts:3',
  ]);
});
