import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonc, repository, toolNamed, worker } from '../commands/repository.js';
import { commitAll, git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { observeHere } from './in-process.js';

const RULE = 'project/not-in-clone';

const project = (files: Record<string, string> = {}) =>
  repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    '.gitignore': '.dev.vars*\n!.dev.vars.example\n',
    ...files,
  });

const init = (dir: string, ...args: string[]) => observeHere('init', dir, '--yes', '--no-install', ...args);

async function saidOf(dir: string, rule = RULE): Promise<string[]> {
  const { stdout } = await observeHere('check', dir, '--json');
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; file: string }[] };
  return findings.filter((finding) => finding.rule === rule).map(({ file }) => file);
}

/** The output of `check` here, and in a clone of the commit. */
async function hereAndThere(dir: string): Promise<[number, number]> {
  const clone = join(folderWith({}), 'clone');
  git(dir, 'clone', '--quiet', '.', clone);
  return [(await observeHere('check', dir)).code, (await observeHere('check', clone)).code];
}

describe('check says the same here and in a clean clone', () => {
  it('for a committed set-up', async () => {
    const dir = project();
    await init(dir);
    expect(await saidOf(dir)).toEqual([]);
    commitAll(dir);
    expect(await hereAndThere(dir)).toEqual([0, 0]);
  });

  it.each(['.loom/\n', '.loom\n', '**/migrations\n', '*.mjs\n', 'observe.json\n'])(
    'if git ignores %j',
    async (pattern) => {
      const dir = project({ '.gitignore': `.dev.vars*\n!.dev.vars.example\n${pattern}` });
      const { stdout } = await init(dir);
      expect(stdout).toContain(RULE);
      commitAll(dir);
      expect(await hereAndThere(dir)).toEqual([1, 1]);
    },
  );

  it('if the commit lacks the new files', async () => {
    const dir = project();
    await init(dir);
    git(dir, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qam', 'set up');
    expect(await saidOf(dir)).toContain('observe.json');
    expect(await hereAndThere(dir)).toEqual([1, 1]);
  });

  it('if the commit lacks the change of another package', async () => {
    const dir = repository({
      'package.json': '{ "private": true, "workspaces": ["apps/*", "packages/*"] }\n',
      '.gitignore': '.dev.vars*\n!.dev.vars.example\n',
      ...worker('apps/mcp', { 'wrangler.jsonc': jsonc('calc') }, "import '@w/tools';\n"),
      'packages/tools/package.json': '{ "name": "@w/tools", "exports": "./src/index.ts" }\n',
      'packages/tools/src/index.ts': toolNamed('add'),
    });
    await init(join(dir, 'apps/mcp'));
    git(dir, 'add', 'apps');
    git(dir, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'set up');
    expect(await saidOf(join(dir, 'apps/mcp'))).toContain('../../packages/tools/src/index.ts');
    const clone = join(folderWith({}), 'clone');
    git(dir, 'clone', '--quiet', '.', clone);
    expect((await observeHere('check', join(dir, 'apps/mcp'))).code).toBe(1);
    expect((await observeHere('check', join(clone, 'apps/mcp'))).code).toBe(1);
  });
});

it('an uncommitted change of a traced file is not a finding', async () => {
  const dir = project();
  await init(dir);
  commitAll(dir);
  appendFileSync(join(dir, 'src/index.ts'), '\nexport const next = 1;\n');
  expect(await saidOf(dir)).toEqual([]);
});

it('a change inside a submodule is a finding until both repositories have it', async () => {
  const tools = repository({ 'index.ts': toolNamed('add') });
  const dir = project({ 'src/index.ts': "import './tools/index';\n" });
  git(dir, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', tools, 'src/tools');
  commitAll(dir);
  // `init` reports it while both repositories are still clean.
  expect((await init(dir)).stdout).toContain('src/tools is a separate repository');
  expect(await saidOf(dir)).toEqual(['src/tools/index.ts']);
  commitAll(join(dir, 'src/tools'));
  commitAll(dir);
  expect(await saidOf(dir)).toEqual([]);
});

it('a package outside the repository is a finding at once', async () => {
  const dir = project();
  const packed = folderWith({});
  for (const name of ['observability', 'loom'])
    writeFileSync(join(packed, `create-something-${name}-0.1.0.tgz`), '');
  expect((await init(dir, '--packages', packed)).code).toBe(0);
  // init copies such a package, but a person may still write such a path.
  expect(await saidOf(dir, 'package/not-in-clone')).toEqual([]);
  const path = join(dir, 'package.json');
  const outside = readFileSync(path, 'utf8').replaceAll('file:vendor/create-something/', `file:${packed}/`);
  writeFileSync(path, outside);
  expect(await saidOf(dir, 'package/not-in-clone')).toEqual(['package.json', 'package.json']);
});

describe('init --unignore', () => {
  const SYNC = '.loom/sync.mjs';
  const files = (ignore: string) => ({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    '.gitignore': ignore,
  });

  it.each([
    ['a folder', 'node_modules\n.dev.vars\n.loom/\n'],
    ['everything with a dot', 'node_modules\n.*\n!.gitignore\n'],
    ['a file without a line break at its end', '.dev.vars\n.loom'],
    ['observe.json, too', '.dev.vars\n.loom/\n*.json\n!package.json\n'],
  ])(
    'adds files to a clone that are ignored by %s, and is removed with the set-up',
    async (_name, ignore) => {
      const dir = repository(files(ignore));
      expect((await observeHere('init', dir, '--yes', '--no-install', '--unignore')).code).toBe(0);
      writeFileSync(join(dir, '.loom/loom.db'), 'sessions');
      commitAll(dir);
      const tracked = git(dir, 'ls-files');
      expect(tracked).toContain(SYNC);
      expect(tracked).toContain('observe.json');
      expect(tracked).not.toContain('loom.db');
      expect((await observeHere('check', dir)).code).toBe(0);
      rmSync(join(dir, '.loom/loom.db'));
      await observeHere('remove', dir, '--yes');
      expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe(ignore);
      expect(existsSync(join(dir, '.loom'))).toBe(false);
    },
  );

  it('adds exceptions for files that only this machine ignores', async () => {
    const dir = repository(files('.dev.vars\n'));
    appendFileSync(join(dir, '.git/info/exclude'), '.loom\n');
    await observeHere('init', dir, '--yes', '--no-install', '--unignore');
    commitAll(dir);
    expect(git(dir, 'ls-files')).toContain(SYNC);
  });
});
