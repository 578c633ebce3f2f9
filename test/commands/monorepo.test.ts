import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import { BIN, commitAll, git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { observe } from '../support/in-process.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { INIT, installWrangler, jsonc, repository, text, toolNamed, worker } from './repository.js';

const USES_TOOLS = `import { register } from '@repo/tools/register';
export default { fetch: () => register() };
`;

/** A pnpm workspace: two Workers that share a package of tools, a third Worker, and a Pages site. */
const shop = (more: Record<string, string> = {}) =>
  repository({
    'package.json': '{\n  "private": true,\n  "packageManager": "pnpm@10.0.0"\n}\n',
    'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - packages/*\n\ncatalog:\n  zod: ^4.0.0\n',
    'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    '.gitignore': 'node_modules\n.dev.vars\n',
    ...worker('apps/admin', { 'wrangler.jsonc': jsonc('shop-admin') }, USES_TOOLS),
    ...worker('apps/front', { 'wrangler.toml': 'name = "shop-front"\nmain = "src/index.ts"\n' }, USES_TOOLS),
    ...worker('apps/alone', { 'wrangler.json': jsonc('shop-alone') }),
    'apps/site/wrangler.toml': 'name = "site"\npages_build_output_dir = "dist"\n',
    'packages/tools/package.json': `{
  "name": "@repo/tools",
  "exports": { "./register": { "types": "./dist/register.d.ts", "default": "./dist/register.js" } },
  "dependencies": {
    "zod": "catalog:"
  }
}
`,
    'packages/tools/src/register.ts': toolNamed('buy').replace(
      'const server',
      'export const register = () => {};\nconst server',
    ),
    ...more,
  });

const BOTH = ['--worker', 'shop-admin', '--worker', 'apps/front'];
const SHARED = 'packages/tools/src/register.ts';

describe('several Workers, without a terminal', () => {
  it('init and check end with the list and the flag', async () => {
    const dir = shop();
    const before = await hashFiles(dir);
    const init = await observe(INIT, dir);
    expect(init.code).toBe(EXIT.usage);
    expect(init.stderr).toContain('There are 4 Workers');
    expect(init.stderr).toMatch(
      /--worker apps\/admin {3}\(shop-admin\)\n.*--worker apps\/alone[\s\S]*a Pages project/,
    );
    expect(await observe(['check'], dir)).toMatchObject({ code: EXIT.couldNotCheck });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('a word that matches no Worker, or several, is refused with a list', async () => {
    const dir = shop({ ...worker('apps/twin', { 'wrangler.json': jsonc('shop-alone') }) });
    const none = await observe([...INIT, '--worker', 'shop'], dir);
    expect(none.code).toBe(EXIT.usage);
    expect(none.stderr).toMatch(/no Worker "shop"[\s\S]*--worker apps\/alone/);
    const twins = await observe([...INIT, '--worker', 'shop-alone'], dir);
    expect(twins.stderr).toMatch(/Several Workers are called[\s\S]*apps\/alone[\s\S]*apps\/twin/);
    expect(twins.stderr).not.toContain('apps/admin');
    expect(await observe([...INIT, ...BOTH, '--config', 'x'], dir)).toMatchObject({ code: EXIT.usage });
  });

  it('the only one below the folder is used', async () => {
    const dir = repository({
      ...worker('apps/mcp', { 'wrangler.jsonc': jsonc('mcp') }),
      '.gitignore': '.dev.vars\n',
    });
    const before = await hashFiles(dir);
    expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    expect(text(dir, 'apps/mcp/wrangler.jsonc')).toContain('traces');
    expect(existsSync(join(dir, 'observe.json'))).toBe(false);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    expect(await observe(['check'], join(dir, 'apps/mcp'))).toMatchObject({ code: 0 });
    await observe(['remove', '--yes'], dir);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('a server at the top that is not a Worker is not mistaken for the Workers below', async () => {
    const dir = shop({ 'src/index.ts': toolNamed('node') });
    await observe([...INIT, '--layers', 'langfuse,loom'], dir);
    expect(existsSync(join(dir, 'observe.json'))).toBe(true);
    expect(text(dir, 'src/index.ts')).toContain('createTrace');
  });
});

describe('Workers named by --worker', () => {
  it('make one plan, with paths relative to the folder', async () => {
    const dir = shop();
    const { stdout } = await observe(['init', '--dry-run', '--json', ...BOTH], dir);
    const plan = JSON.parse(stdout);
    expect(plan.workers).toMatchObject([
      {
        dir: 'apps/admin',
        name: 'shop-admin',
        config: { path: 'apps/admin/wrangler.jsonc' },
        tools: [{ name: 'buy', file: SHARED }],
      },
      {
        dir: 'apps/front',
        name: 'shop-front',
        config: { path: 'apps/front/wrangler.toml' },
        tools: [{ name: 'buy', file: SHARED }],
      },
    ]);
    const paths: string[] = plan.files.map((file: { path: string }) => file.path);
    expect(paths.filter((path) => path === SHARED)).toHaveLength(1);
    expect(paths).toEqual(
      expect.arrayContaining([
        'apps/admin/observe.json',
        'apps/front/observe.json',
        'packages/tools/package.json',
      ]),
    );
    expect(new Set(paths).size).toBe(paths.length);
    for (const finding of plan.findings) expect(finding.file).toMatch(/^(?:apps|packages)\//);
  });

  it('are set up, checked and undone together', async () => {
    const dir = shop();
    const before = await hashFiles(dir);
    const init = await observe([...INIT, ...BOTH], dir);
    expect(init).toMatchObject({ code: 0 });
    expect(init.stdout).toMatch(/in apps\/front:\n +pnpm exec wrangler secret put LANGFUSE_PUBLIC_KEY\n/);
    expect(text(dir, SHARED)).toContain('createTrace');
    // pnpm gives a package only its own dependencies, and we must not write to a catalog.
    expect(JSON.parse(text(dir, 'packages/tools/package.json')).dependencies).toMatchObject({
      '@create-something/observability': expect.stringMatching(/^\^\d/),
      zod: 'catalog:',
    });
    expect(text(dir, 'package.json')).not.toContain('observability');
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    for (const app of ['admin', 'front']) {
      expect(await observe(['check'], join(dir, 'apps', app))).toMatchObject({ code: 0 });
    }
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('keep shared code until the last one is undone', async () => {
    const dir = shop();
    const before = await hashFiles(dir);
    await observe([...INIT, '--worker', 'shop-admin'], dir);
    await observe([...INIT, '--worker', 'shop-front', '--force'], dir);
    const removed = await observe(['remove', '--yes', '--worker', 'shop-admin'], dir);
    expect(removed.stdout).toContain('shared with a Worker that stays set up');
    expect(text(dir, SHARED)).toContain('createTrace');
    expect(existsSync(join(dir, 'apps/admin/observe.json'))).toBe(false);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    await observe(['remove', '--yes'], dir);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('are found from one of their folders, without a flag', async () => {
    const dir = shop();
    const before = await hashFiles(dir);
    const app = join(dir, 'apps/admin');
    expect(await observe(INIT, app)).toMatchObject({ code: 0 });
    expect(text(dir, SHARED)).toContain('createTrace');
    expect(await observe(['remove', '--yes'], app)).toMatchObject({ code: 0 });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it.each([
    ['observe.json', '{'],
    ['wrangler.toml', 'name = ['],
    ['src/index.ts', "server.tool('x', {"],
  ])('are distinguished if the %s of one can’t be read', async (file, broken) => {
    const dir = shop();
    await observe([...INIT, ...BOTH], dir);
    writeFileSync(join(dir, 'apps/front', file), broken);
    commitAll(dir);
    const told = { stderr: expect.stringMatching(`^✖ apps/front/${file}:1 - `) };
    expect(await observe(['check'], dir)).toMatchObject({ code: EXIT.couldNotCheck, ...told });
    expect(await observe([...INIT, ...BOTH], dir)).toMatchObject(told);
    // Sources are only read if they are needed. To find shared code, every Worker is read.
    const remove = await observe(['remove', '--yes', '--worker', 'apps/admin'], dir);
    if (file === 'src/index.ts') expect(remove.code).toBe(EXIT.ok);
    else expect(remove).toMatchObject(told);
  });

  it('are refused with uncommitted changes in a package they share', async () => {
    const dir = shop();
    writeFileSync(join(dir, SHARED), `${text(dir, SHARED)}// mine\n`);
    const init = await observe([...INIT, '--worker', 'apps/admin/'], dir);
    expect(init.code).toBe(EXIT.dirtyTree);
    expect(init.stderr).toContain(SHARED);
  });

  it('are read with their own config if another shadows it', async () => {
    const dir = repository({
      ...worker('.', { 'wrangler.json': jsonc('root') }),
      ...worker('apps/mcp', { 'wrangler.toml': 'name = "mcp"\nmain = "src/index.ts"\n' }),
    });
    const init = await observe([...INIT, '--worker', 'mcp'], dir);
    expect(init.stdout).toContain('npx wrangler secret put LANGFUSE_SECRET_KEY --config wrangler.toml');
    expect(text(dir, 'apps/mcp/wrangler.toml')).toContain('[observability.traces]');
    expect(text(dir, 'wrangler.json')).toBe(jsonc('root'));
  });
});

it('a package.json that two Workers share gets the entries of both, and loses them again', async () => {
  const { 'apps/a/package.json': _a, ...a } = worker('apps/a', { 'wrangler.jsonc': jsonc('a') });
  const { 'apps/b/package.json': _b, ...b } = worker('apps/b', { 'wrangler.jsonc': jsonc('b') });
  const dir = repository({
    ...a,
    ...b,
    'package.json': '{\n  "private": true\n}\n',
    '.gitignore': '.dev.vars\n',
  });
  const before = await hashFiles(dir);
  await observe([...INIT, '--worker', 'a', '--worker', 'b'], dir);
  expect(text(dir, 'package.json').match(/@create-something\/observability/g)).toHaveLength(1);
  expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  await observe(['remove', '--yes', '--worker', 'b'], dir);
  expect(text(dir, 'package.json')).toContain('@create-something/observability');
  expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  await observe(['remove', '--yes'], dir);
  expect(await hashFiles(dir)).toEqual(before);
});

describe('an install in a workspace', () => {
  it('runs in the folder of the lockfile, with its manager, and remove restores the lockfile', async () => {
    const dir = shop();
    const before = await hashFiles(dir);
    const tools = folderWith({});
    // A pnpm that records its folder and changes its lockfile.
    writeFileSync(
      join(tools, 'pnpm'),
      `#!/bin/sh\necho "$PWD $*" >> "${tools}/calls"\necho '# installed' >> pnpm-lock.yaml\n`,
      { mode: 0o755 },
    );
    const path = process.env['PATH'];
    process.env['PATH'] = `${tools}:${path}`;
    try {
      expect(await observe(['init', '--yes', ...BOTH], dir)).toMatchObject({ code: 0 });
    } finally {
      process.env['PATH'] = path;
    }
    expect(readFileSync(join(tools, 'calls'), 'utf8')).toBe(`${dir} install --no-frozen-lockfile\n`);
    commitAll(dir);
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
    expect(await hashFiles(dir)).toEqual(before);
    expect(git(dir, 'diff', '--stat', 'HEAD~1')).toBe('');
  });
});

describe.runIf(hasTerminal)('on a terminal', () => {
  it('init asks which Workers', async () => {
    const dir = shop();
    const session = await onTerminal(`"${process.execPath}" "${BIN}" init --no-install`, dir, [
      [/Which Workers/, ' \r'],
      [/Which layers/, '\r'],
      [/Where should local runs/, '\r'],
      [/Write files for coding agents/, '\r'],
      [/Which of these are wrong/, '\r'],
      [/Write these \d+ files/, '\r'],
    ]);
    expect(session.code).toBe(0);
    expect(existsSync(join(dir, 'apps/admin/observe.json'))).toBe(true);
    expect(existsSync(join(dir, 'apps/alone/observe.json'))).toBe(false);
  });

  it('init asks before it enables disabled traces, and about query strings', async () => {
    const off = jsonc('calc', ',\n  "observability": { "traces": { "enabled": false } }');
    const dir = repository({
      ...worker('.', { 'wrangler.jsonc': off }),
      '.gitignore': 'node_modules\n.dev.vars\n',
    });
    const code = 'exports.unstable_readConfig = () => ({ observability: { traces: { enabled: true } } });';
    installWrangler(dir, { code, keys: ['traces', 'redact_query_string'] });
    const session = await onTerminal(`"${process.execPath}" "${BIN}" init --no-install`, dir, [
      [/Which layers/, '\r'],
      [/config disables traces \(wrangler\.jsonc:5\)/, '\r'],
      [/query strings out of recorded URLs.*OAuth codes/, '\r'],
      [/Where should local runs/, '\r'],
      [/Write files for coding agents/, '\r'],
      [/Which of these are wrong/, '\r'],
      [/Write these \d+ files/, '\r'],
    ]);
    expect(session.code).toBe(0);
    expect(text(dir, 'wrangler.jsonc')).toContain('"enabled": false');
    expect(text(dir, 'wrangler.jsonc')).toContain('"redact_query_string": true');
    expect(JSON.parse(text(dir, 'observe.json'))).toMatchObject({
      settings: { keepDisabled: true, redactQueryString: true },
    });
  });
});
