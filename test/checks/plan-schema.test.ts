import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { RULE_IDS } from '../../src/core/rules.js';
import { jsonc, repository, toolNamed, worker } from '../commands/repository.js';
import { root } from '../harness/root.js';
import { committedWorker } from '../support/cli.js';
import { observeHere } from './in-process.js';

const schema = JSON.parse(readFileSync(join(root, 'schemas/plan.schema.json'), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
const isPlan = ajv.compile(schema);

/** The same schema, but it refuses unknown members. */
const isDescribed = new Ajv2020({ strict: false }).compile(
  closed({ ...schema, $id: `${schema.$id}.closed` }),
);

function closed(node: unknown): Record<string, unknown> {
  if (Array.isArray(node)) return node.map(closed) as unknown as Record<string, unknown>;
  if (typeof node !== 'object' || node === null) return node as unknown as Record<string, unknown>;
  const entries = Object.entries(node).map(([key, value]) => [key, key === 'if' ? value : closed(value)]);
  const inner = Object.fromEntries(entries);
  return inner.type === 'object' ? { additionalProperties: false, ...inner } : inner;
}

/** Every kind of tool, finding and file, for a Worker and for another server. */
async function plans(): Promise<unknown[]> {
  const demo = await committedWorker();
  const own = repository({
    ...worker('apps/mcp', { 'wrangler.toml': 'name = "mcp"\nmain = "src/index.ts"\n' }),
    'apps/mcp/src/draft.ts': toolNamed('draft'),
    'apps/mcp/src/index.ts': `${toolNamed('drop_table')}server.tool('each', async function* () {});\n`,
    ...worker('apps/plain', { 'wrangler.json': jsonc('plain') }),
    'src/index.ts': toolNamed('node'),
  });
  const runs = [
    ['check', demo.dir, '--json'],
    ['init', demo.dir, '--detect', '--json', '--task', 'add_note=generate', '--sampling', '0.5'],
    ['init', own, '--detect', '--json'],
    [
      'init',
      own,
      '--json',
      '--worker',
      'apps/mcp',
      '--agent-files',
      'none',
      '--yes',
      '--layers',
      'cloudflare,langfuse',
    ],
    ['init', demo.dir, '--json', '--yes', '--no-install', '--ci', 'gitlab'],
    ['check', demo.dir, '--format', 'json'],
    ['remove', demo.dir, '--json', '--yes'],
    ['check', own, '--json', '--worker', 'apps/mcp', '--worker', 'apps/plain'],
    ['check', own, '--json', '--layers', 'langfuse,loom'],
  ] as const;
  const texts: string[] = [];
  for (const [command, dir, ...args] of runs) texts.push((await observeHere(command, dir, ...args)).stdout);
  await demo.remove();
  return texts.map((text) => JSON.parse(text));
}

it('describes every member of the commands’ output', async () => {
  const all = await plans();
  for (const plan of all) {
    expect(isPlan(plan), JSON.stringify(isPlan.errors)).toBe(true);
    expect(isDescribed(plan), JSON.stringify(isDescribed.errors)).toBe(true);
  }
  const text = JSON.stringify(all);
  for (const status of schema.$defs.tool.properties.status.enum)
    expect(text).toContain(`"status":"${status}"`);
  for (const action of schema.$defs.file.properties.action.enum)
    expect(text).toContain(`"action":"${action}"`);
  expect(text).toMatch(/"config":null/);
  expect(isPlan({ ...(all[0] as object), findings: [{ rule: 'x' }] })).toBe(false);
});

it('has an id and allows every rule', () => {
  expect(schema.$id).toBe('https://unpkg.com/create-something-observe/schemas/plan.schema.json');
  const pattern = new RegExp(schema.$defs.finding.properties.rule.pattern);
  for (const id of RULE_IDS) expect(id).toMatch(pattern);
});
