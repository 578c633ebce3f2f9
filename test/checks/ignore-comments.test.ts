import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ignoreComments } from '../../src/core/ignore-comments.js';
import { jsonc, repository, toolNamed, worker } from '../commands/repository.js';
import { git } from '../support/cli.js';
import { INIT, observeHere } from './in-process.js';

describe('a comment', () => {
  const RULE = 'langfuse/tool-untraced';
  it.each([
    ['a.ts', `// observe-ignore ${RULE}: why: so\n\n// more\ntool();`, 'why: so', [1, 4]],
    ['a.ts', `tool(); // observe-ignore ${RULE}: why`, 'why', [1]],
    ['a.ts', `/* observe-ignore ${RULE}: why */ tool();`, 'why', [1]],
    ['a.ts', `/* observe-ignore ${RULE}: why */\r\ntool();`, 'why', [1, 2]],
    ['a.ts', `  //observe-ignore ${RULE}:why`, 'why', [1]],
    ['a.ts', `// observe-ignore ${RULE}\ntool();`, '', [1, 2]],
    ['wrangler.jsonc', `{ // observe-ignore ${RULE}: why\n}`, 'why', [1]],
    ['wrangler.toml', `# observe-ignore ${RULE}: why\nname = "x"`, 'why', [1, 2]],
    ['wrangler.toml.example', `name = "x" # observe-ignore ${RULE}: why`, 'why', [1]],
  ])('in %s: %j', (path, text, reason, lines) => {
    expect(ignoreComments(path, text)).toEqual([{ rule: RULE, reason, line: 1, lines }]);
  });

  it.each([
    ['a.ts', '# observe-ignore x/y: why'],
    ['a.toml', '// observe-ignore x/y: why'],
    ['a.ts', '// see observe-ignore x/y: why'],
    ['a.ts', '// observe-ignored x/y: why'],
  ])('is not read in %s: %j', (path, text) => {
    expect(ignoreComments(path, text)).toEqual([]);
  });
});

const TOOLS = toolNamed('add')
  .replace('const server', '// observe-ignore langfuse/server-unobserved: only for tests\nconst server')
  .replace('server.tool', '// observe-ignore langfuse/tool-untraced: not read by anyone\nserver.tool');
const CONFIG = `{
  "name": "calc", "main": "src/index.ts", "compatibility_date": "2026-04-20",
  // observe-ignore wrangler/traces-disabled: traced by its caller
  "observability": { "traces": { "enabled": false } }
}
`;
const project = (source = TOOLS, config = CONFIG) =>
  repository({ ...worker('.', { 'wrangler.jsonc': config }, source), '.gitignore': '.dev.vars\n' });
const read = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8');

describe('in a project', () => {
  it('silences its finding, and init and check --fix leave the tool alone', async () => {
    const dir = project();
    const before = await observeHere('check', dir);
    expect(before.stdout).not.toMatch(/tool-untraced|traces-disabled|check\/ignore/);
    await observeHere(INIT[0], dir, ...INIT.slice(1), '--keep-disabled');
    expect(read(dir, 'src/index.ts')).toBe(TOOLS);
    const plan = JSON.parse((await observeHere('check', dir, '--json')).stdout);
    expect(plan.findings.filter(({ level }: { level: string }) => level !== 'info')).toEqual([]);
    expect(plan.workers[0].tools).toMatchObject([{ status: 'ignored', reason: 'not read by anyone' }]);
    expect(plan.workers[0].servers).toMatchObject([{ status: 'ignored', reason: 'only for tests' }]);
    expect(await observeHere('check', dir, '--fix')).toMatchObject({ code: 0 });
    expect(read(dir, 'src/index.ts')).toBe(TOOLS);
  });

  it('without a reason, a finding or a known rule is a finding', async () => {
    const dir = project(`// observe-ignore langfuse/tool-untraced
${toolNamed('add').replace("'add', 'Add'", "'add'")}
// observe-ignore langfuse/tool-untraced: there is none here
// observe-ignore langfuse/tool-untracked: misspelled
`);
    const { findings } = JSON.parse((await observeHere('check', dir, '--json')).stdout);
    const found = findings.filter(({ file }: { file: string }) => file === 'src/index.ts');
    expect(found).toMatchObject([
      { rule: 'langfuse/tool-untraced', line: 5 },
      { rule: 'langfuse/server-unobserved', line: 4 },
      { rule: 'check/ignore-without-reason', line: 1, level: 'error' },
      { rule: 'check/ignore-unused', line: 7, message: expect.stringContaining('reports nothing here') },
      { rule: 'check/ignore-unused', line: 8, message: expect.stringContaining('no rule') },
    ]);
  });

  it('on a dispatcher applies to its tools', async () => {
    const dispatcher = `import { tools } from './tools';
// observe-ignore langfuse/tool-untraced: traced by the gateway
server.setRequestHandler(CallToolRequestSchema, async (r) => tools[r.params.name].handler(r.params.arguments));
`;
    const dir = project(dispatcher);
    const tools = "export const tools = { add: { name: 'add', inputSchema: {}, handler: async () => 1 } };\n";
    writeFileSync(join(dir, 'src/tools.ts'), tools);
    const { findings, workers } = JSON.parse((await observeHere('check', dir, '--json')).stdout);
    expect(findings.map(({ rule }: { rule: string }) => rule)).not.toContain('langfuse/tool-untraced');
    expect(findings.map(({ rule }: { rule: string }) => rule)).not.toContain('check/ignore-unused');
    expect(workers[0].tools).toMatchObject([
      { name: 'add', status: 'ignored', reason: 'traced by the gateway' },
    ]);
    await observeHere(INIT[0], dir, ...INIT.slice(1), '--force');
    expect(read(dir, 'src/index.ts')).toBe(dispatcher);
  });

  it('is not reported as unused if its layer is off', async () => {
    const dir = project();
    const { stdout } = await observeHere('check', dir, '--layers', 'loom');
    expect(stdout).not.toContain('check/ignore-unused');
  });

  it('prevents check --fix only for its finding in a config', async () => {
    const config = `// observe-ignore wrangler/traces-missing: not here\n${jsonc('calc')}`;
    const dir = project(toolNamed('add'), config);
    await observeHere('check', dir, '--fix');
    expect(read(dir, 'wrangler.jsonc')).toBe(config);
    expect(read(dir, 'src/index.ts')).toContain('createTrace');
    expect(JSON.parse(read(dir, 'observe.json')).ledger).not.toHaveProperty('wrangler.jsonc');
    expect(await observeHere('check', dir)).toMatchObject({ code: 0 });
    await observeHere('remove', dir, '--yes');
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });
});
