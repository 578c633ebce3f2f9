import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../src/core/error-codes.js';
import { INIT, observeHere } from '../checks/in-process.js';
import { jsonc, repository, worker } from '../commands/repository.js';
import { hashFiles } from '../harness/files.js';
import { git } from '../support/cli.js';

const single = (more: Record<string, string> = {}) =>
  repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }), '.gitignore': '.dev.vars\n', ...more });
const monorepo = (...folders: string[]) =>
  repository({
    ...Object.assign({}, ...folders.map((folder) => worker(folder, { 'wrangler.jsonc': jsonc(folder) }))),
    '.gitignore': '.dev.vars\n',
  });
const init = (dir: string, ...args: string[]) => observeHere(INIT[0], dir, ...INIT.slice(1), ...args);
const yaml = (dir: string, path: string) => parse(readFileSync(join(dir, path), 'utf8'));

describe('GitHub', () => {
  it('gets a workflow that checks and uploads, with only the necessary rights', async () => {
    const dir = single();
    await init(dir, '--ci', 'github');
    const workflow = yaml(dir, '.github/workflows/observe.yml');
    expect(Object.keys(workflow.on)).toEqual(['push', 'pull_request']);
    expect(workflow.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
    const steps = workflow.jobs.check.steps;
    expect(steps.map(({ uses, run }: { uses?: string; run?: string }) => uses ?? run)).toEqual([
      'actions/checkout@v7',
      'actions/setup-node@v7',
      'npm ci',
      'npx --no-install create-something-observe check --format sarif > observe.sarif',
      'github/codeql-action/upload-sarif@v4',
    ]);
    expect(steps[4].with.sarif_file).toBe('observe.sarif');
    // This step runs even if the check failed.
    expect(steps[4].if).toBe('success() || failure()');
  });

  it('gets one for each Worker, at the root of the repository, and remove removes each one', async () => {
    const dir = monorepo('apps/one', 'apps/two');
    const before = await hashFiles(dir);
    await init(dir, '--worker', 'apps/one', '--worker', 'apps/two', '--ci', 'github');
    for (const name of ['one', 'two']) {
      const { jobs } = yaml(dir, `.github/workflows/observe-apps-${name}.yml`);
      expect(jobs.check.steps[3].run).toBe(
        `(cd apps/${name} && npx --no-install create-something-observe check --format sarif) > observe.sarif`,
      );
    }
    await observeHere('remove', dir, '--yes', '--worker', 'apps/one');
    expect(existsSync(join(dir, '.github/workflows/observe-apps-one.yml'))).toBe(false);
    expect(existsSync(join(dir, '.github/workflows/observe-apps-two.yml'))).toBe(true);
    await observeHere('remove', dir, '--yes', '--worker', 'apps/two');
    expect(await hashFiles(dir)).toEqual(before);
    expect(existsSync(join(dir, '.github'))).toBe(false);
  });

  it('keeps a person’s changes: no finding, no update, no removal', async () => {
    const dir = single();
    await init(dir, '--ci', 'github');
    const path = join(dir, '.github/workflows/observe.yml');
    const mine = readFileSync(path, 'utf8').replace('ubuntu-latest', 'ubuntu-24.04');
    writeFileSync(path, mine);
    expect((await observeHere('check', dir)).stdout).not.toContain('observe.yml');
    await init(dir, '--force');
    const removed = await observeHere('remove', dir, '--yes');
    expect(removed.stdout).toContain('.github/workflows/observe.yml was changed since');
    expect(readFileSync(path, 'utf8')).toBe(mine);
  });

  it.each(['apps/two words', 'apps/$(id)', 'apps/{{ x }}'])(
    'is refused for the folder %s',
    async (folder) => {
      const dir = monorepo(folder);
      const ended = await init(dir, '--ci', 'github');
      expect(ended.stderr).toMatch(/characters[\s\S]*docs\/guides\/ci\.md/);
      expect(ended.code).toBe(EXIT.usage);
      expect(git(dir, 'status', '--porcelain')).toBe('');
    },
  );
});

describe('GitLab', () => {
  it('gets a job with a report, and a pipeline that includes it, and remove removes both', async () => {
    const dir = single();
    const before = await hashFiles(dir);
    expect((await init(dir, '--ci', 'gitlab')).stdout).not.toContain('ci/job-not-included');
    expect(yaml(dir, '.gitlab-ci.yml')).toEqual({ include: [{ local: '.gitlab/ci/observe*.yml' }] });
    const { observe } = yaml(dir, '.gitlab/ci/observe.yml');
    expect(observe.script).toEqual([
      'npm ci',
      'npx --no-install create-something-observe check --format junit > observe.xml',
    ]);
    expect(observe.artifacts).toEqual({ when: 'always', reports: { junit: 'observe.xml' } });
    await observeHere('remove', dir, '--yes');
    expect(await hashFiles(dir)).toEqual(before);
    expect(existsSync(join(dir, '.gitlab'))).toBe(false);
  });

  it('keeps its own pipeline, and gets the line to add until it is there', async () => {
    const own = 'test:\n  script: npm test\n';
    const dir = single({ '.gitlab-ci.yml': own });
    const ended = await init(dir, '--ci', 'gitlab');
    expect(ended.stdout).toMatch(/ci\/job-not-included\n.*\n {4}include:\n {6}- local: \.gitlab\/ci/);
    expect(readFileSync(join(dir, '.gitlab-ci.yml'), 'utf8')).toBe(own);
    writeFileSync(join(dir, '.gitlab-ci.yml'), `include:\n  - local: .gitlab/ci/observe*.yml\n${own}`);
    expect((await init(dir, '--ci', 'gitlab', '--force')).stdout).not.toContain('ci/job-not-included');
  });

  it('gets a job for each Worker of a repository, and one pipeline', async () => {
    const dir = monorepo('one', 'two');
    const before = await hashFiles(dir);
    await init(dir, '--worker', 'one', '--worker', 'two', '--ci', 'gitlab');
    expect(Object.keys(yaml(dir, '.gitlab/ci/observe-one.yml'))).toEqual(['observe-one']);
    expect(Object.keys(yaml(dir, '.gitlab/ci/observe-two.yml'))).toEqual(['observe-two']);
    await observeHere('remove', dir, '--yes');
    expect(await hashFiles(dir)).toEqual(before);
  });
});

it('without --ci no CI file is written', async () => {
  const dir = single();
  await init(dir);
  expect(existsSync(join(dir, '.github')) || existsSync(join(dir, '.gitlab-ci.yml'))).toBe(false);
});
