import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonc, repository, worker } from '../commands/repository.js';
import { commitAll } from '../support/cli.js';
import { INIT, observeHere } from './in-process.js';

const SERVER = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { api } from './api';

const server = new McpServer({ name: 'yard', version: '1.0.0' });
server.registerTool('run', { inputSchema: { script: z.string() } }, async ({ script }) => ({
  content: [{ type: 'text', text: String(await api.carryOut(script)) }],
}));
`;

const object = (name: string, member: string) =>
  `{ name: '${name}', description: 'Of ${name}', inputSchema: {}, ${member}: async (_by: object, _given: object) => '${name}' }`;

it.each([
  [
    'in a registry that calls fill',
    `class Yard {
  #all = new Map<string, any>();
  add(one: any) { this.#all.set(one.name, one); }
  carryOut(script: string) { return this.#all.get(script).run({}, {}); }
}
export const api = new Yard();
api.add(${object('open_gate', 'run')});
api.add(${object('feed_dog', 'run')});
`,
  ],
  [
    'in a map by their names',
    `const all: Record<string, any> = {
  'gate.open': ${object('open_gate', 'execute')},
  'dog.feed': ${object('feed_dog', 'execute')},
};
export const api = { carryOut: (script: string) => all[script].execute({}, {}) };
`,
  ],
  [
    'in a list that code inside the tool searches',
    `const all: any[] = [${object('open_gate', 'handler')}, ${object('feed_dog', 'handler')}];
export const api = { carryOut: (script: string) => all.find((one) => one.name === script).handler({}, {}) };
`,
  ],
])('functions that only code in a tool calls are listed separately: %s', async (_, api) => {
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('yard'), 'src/api.ts': api }, SERVER));
  await observeHere(INIT[0], dir, ...INIT.slice(1));
  commitAll(dir);
  expect(readFileSync(join(dir, 'src/api.ts'), 'utf8')).toBe(api);
  const { stdout } = await observeHere('check', dir, '--json');
  const reason = 'only code inside the tool "run" calls it, and no client';
  expect(JSON.parse(stdout).workers[0].tools).toMatchObject([
    { name: 'open_gate', file: 'src/api.ts', status: 'ignored', reason },
    { name: 'feed_dog', file: 'src/api.ts', status: 'ignored', reason },
    { name: 'run', file: 'src/index.ts', status: 'traced' },
  ]);
  const { stdout: said } = await observeHere('check', dir);
  expect(said).toContain('1 tool traced');
  expect(said).toMatch(new RegExp(`open_gate \\(src/api.ts:\\d+\\) is not a tool: ${reason}\\.`));
});
