import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { jsonc, repository, toolNamed, worker } from '../commands/repository.js';
import { commitAll, git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { observeHere } from './in-process.js';

let dir: string;
beforeEach(() => {
  dir = repository({
    ...worker('apps/mcp', { 'wrangler.jsonc': jsonc('calc') }, `import './other';\n${toolNamed('add')}`),
    'apps/mcp/src/other.ts': toolNamed('subtract'),
    '.gitignore': '.dev.vars\n',
  });
  git(dir, 'branch', 'start');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const app = (path: string) => join(dir, 'apps/mcp', path);

async function filesSince(ref: string, folder = dir): Promise<string[]> {
  const { stdout } = await observeHere('check', folder, '--json', '--since', ref);
  const { findings } = JSON.parse(stdout) as { findings: { file: string; level: string }[] };
  return [...new Set(findings.filter(({ level }) => level === 'error').map(({ file }) => file))];
}

describe('check --since', () => {
  it('finds nothing without changes, and passes', async () => {
    expect(await filesSince('start')).toEqual([]);
    const ended = await observeHere('check', dir, '--since', 'start');
    expect(ended).toMatchObject({ code: EXIT.ok });
    expect(ended.stdout).toContain('No findings in the files that changed since start');
  });

  it('reads files that were committed, changed or added since, from any folder', async () => {
    appendFileSync(app('src/index.ts'), '// more\n');
    commitAll(dir);
    expect(await filesSince('start')).toEqual(['apps/mcp/src/index.ts']);
    expect(await filesSince('start', app('.'))).toEqual(['src/index.ts']);
    expect(await filesSince('HEAD')).toEqual([]);
    appendFileSync(app('wrangler.jsonc'), '\n');
    expect(await filesSince('HEAD')).toEqual(['apps/mcp/wrangler.jsonc']);
    appendFileSync(app('src/other.ts'), "import './nëw file';\n");
    writeFileSync(app('src/nëw file.ts'), toolNamed('divide'));
    git(dir, 'add', 'apps/mcp/src/other.ts');
    expect(await filesSince('HEAD')).toEqual([
      'apps/mcp/wrangler.jsonc',
      'apps/mcp/src/nëw file.ts',
      'apps/mcp/src/other.ts',
    ]);
  });

  it('follows a file to its new name', async () => {
    mkdirSync(app('src/tools'));
    renameSync(app('src/other.ts'), app('src/tools/other.ts'));
    writeFileSync(app('src/index.ts'), "import './tools/other';\n");
    commitAll(dir);
    expect(await filesSince('start')).toEqual(['apps/mcp/src/tools/other.ts']);
  });

  it('compares with the common ancestor, not with the tip of the other branch', async () => {
    git(dir, 'checkout', '--quiet', '-b', 'other');
    appendFileSync(app('src/other.ts'), '// theirs\n');
    commitAll(dir);
    git(dir, 'checkout', '--quiet', '-b', 'mine', 'start');
    appendFileSync(app('src/index.ts'), '// mine\n');
    commitAll(dir);
    expect(await filesSince('other')).toEqual(['apps/mcp/src/index.ts']);
  });

  it.each([
    ['nowhere', /There is no commit "nowhere"[\s\S]*fetch-depth/],
    ['--output=x', /There is no commit "--output=x"/],
    ['start:apps', /There is no commit/],
  ])('%s: reports the cause, and could not run', async (ref, words) => {
    const ended = await observeHere('check', dir, `--since=${ref}`);
    expect(ended).toMatchObject({ code: EXIT.couldNotCheck, stdout: '' });
    expect(ended.stderr).toMatch(words);
  });

  it('needs git', async () => {
    const ended = await observeHere(
      'check',
      folderWith(worker('.', { 'wrangler.jsonc': jsonc('calc') })),
      '--since',
      'HEAD',
    );
    expect(ended.stderr).toMatch(/not in a git repository/);
    expect(ended.code).toBe(EXIT.couldNotCheck);
  });

  it('distinguishes a repository that git refuses from a missing one', async () => {
    // In most containers, git reports this for every folder.
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
    const ended = await observeHere('check', dir, '--since', 'start');
    expect(ended.stderr).toMatch(/another user’s folder\.\n.*safe\.directory/);
    expect(ended.code).toBe(EXIT.couldNotCheck);

    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', undefined);
    vi.stubEnv('PATH', folderWith({}));
    expect((await observeHere('check', dir, '--since', 'start')).stderr).toMatch(/git can’t be run here/);
  });

  it('needs a common history', async () => {
    git(dir, 'checkout', '--quiet', '--orphan', 'alone');
    appendFileSync(app('src/other.ts'), '// of another history\n');
    commitAll(dir);
    const ended = await observeHere('check', dir, '--since', 'start');
    expect(ended.stderr).toMatch(/no commit in common[\s\S]*shallow/);
    expect(ended.code).toBe(EXIT.couldNotCheck);
  });
});
