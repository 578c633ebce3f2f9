import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { differences, hashFiles } from '../harness/files.js';
import { git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { jsonc, repository, text, toolNamed, worker } from './repository.js';

const project = (more: Record<string, string> = {}) =>
  repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }, "import './more';\n"),
    'src/more.ts': toolNamed('add'),
    'tsconfig.json': '{}\n',
    '.gitignore': '.dev.vars\n.env\n',
    ...more,
  });

/** Writes the plan of a project into a file, like a shell. */
async function planned(dir: string, file = join(folderWith({}), 'plan.json'), ...words: string[]) {
  const { code, stdout, stderr } = await observeHere('init', dir, '--detect', '--json', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  writeFileSync(file, stdout);
  return { file, plan: JSON.parse(stdout) };
}

const carriedOut = (dir: string, file: string, ...words: string[]) =>
  observeHere('init', dir, '--plan', file, '--no-install', '--json', ...words);

describe('init --detect', () => {
  it('reports the project, proposes an answer to every question, and writes nothing', async () => {
    const dir = project();
    const before = await hashFiles(dir);
    const { plan } = await planned(dir);
    expect(plan).toMatchObject({
      applied: false,
      workers: [
        {
          name: 'calc',
          config: { path: 'wrangler.jsonc' },
          tools: [{ name: 'add', file: 'src/more.ts', line: 4, status: 'planned' }],
        },
      ],
      answers: { layers: 'cloudflare,langfuse,loom', 'agent-files': 'none' },
    });
    expect(plan.questions.map(({ flag }: { flag: string }) => flag)).toEqual([
      '--layers',
      '--local',
      '--agent-files',
      '--task',
      '--oversight',
    ]);
    for (const { answer, choices } of plan.questions) {
      expect(answer).not.toBeNull();
      expect(choices.length).toBeGreaterThan(1);
    }
    expect(plan.findings.map(({ rule }: { rule: string }) => rule)).toContain('wrangler/traces-missing');
    const { stdout } = await observeHere('init', dir, '--detect');
    expect(stdout).toMatch(/--layers: cloudflare,langfuse,loom[\s\S]*--task: add=/);
    expect(stdout).toContain('init ');
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('asks for the Worker if there are several, and has read none', async () => {
    const dir = repository({
      ...worker('apps/a', { 'wrangler.jsonc': jsonc('a') }),
      ...worker('apps/b', { 'wrangler.jsonc': jsonc('b') }),
    });
    const { plan } = await planned(dir);
    expect(plan).toMatchObject({ workers: [], files: [], questions: [{ flag: '--worker', answer: null }] });
    expect(plan.questions[0].choices.map(({ value }: { value: string }) => value)).toEqual([
      'apps/a',
      'apps/b',
    ]);
    expect(plan.fingerprint).toBeUndefined();
    const { file } = await planned(dir, undefined, '--worker', 'b');
    expect((await carriedOut(dir, file)).code).toBe(0);
    expect(git(dir, 'status', '--porcelain', '--', 'apps/a')).toBe('');
    expect(text(dir, 'apps/b/observe.json')).toContain('"settings"');
  });
});

describe('init --plan', () => {
  it.each([
    ['--detect', ['--detect', '--json']],
    ['--dry-run', ['--dry-run', '--json']],
    ['a bare run', ['--json']],
  ])('applies the plan of %s, like the flags', async (_what, words) => {
    const flags = ['--task', 'add=generate', '--sampling', '0.5', '--agent-files', 'claude-skill', '--local'];
    const [asPlanned, asTold] = [project(), project()];
    const file = join(asPlanned, 'plan.json');
    writeFileSync(file, (await observeHere('init', asPlanned, ...words, ...flags)).stdout);
    const done = await carriedOut(asPlanned, file);
    expect(JSON.parse(done.stdout)).toMatchObject({ applied: true });
    await observeHere('init', asTold, '--yes', '--no-install', ...flags);
    expect(differences(await hashFiles(asPlanned), await hashFiles(asTold))).toEqual([
      { path: 'plan.json', what: 'removed' },
    ]);
    expect(text(asPlanned, 'src/more.ts')).toContain("'generate'");
  });

  it.each([
    [
      'a source',
      (dir: string) => appendFileSync(join(dir, 'src/more.ts'), '\n'),
      /src\/more\.ts changed since/,
    ],
    [
      'the config',
      (dir: string) => appendFileSync(join(dir, 'wrangler.jsonc'), '\n'),
      /wrangler\.jsonc changed/,
    ],
    [
      'a file that init only reads',
      (dir: string) => writeFileSync(join(dir, 'tsconfig.json'), '{ }\n'),
      /a file that init only reads was changed/,
    ],
    ['one more tool', (dir: string) => writeFileSync(join(dir, 'src/later.ts'), toolNamed('later')), /./],
    [
      'one more key',
      (dir: string) => writeFileSync(join(dir, '.dev.vars'), 'A=1\nB=2\n'),
      /\.dev\.vars changed/,
    ],
  ])('is refused after a change: %s', async (_what, change, says) => {
    const dir = project();
    writeFileSync(join(dir, '.dev.vars'), 'A=1\n');
    const { file } = await planned(dir);
    change(dir);
    const before = await hashFiles(dir);
    const { code, stdout, stderr } = await carriedOut(dir, file, '--force');
    expect(code).toBe(EXIT.planOutdated);
    expect(JSON.parse(stdout)).toMatchObject({
      applied: false,
      error: { code: 'plan-outdated', retryable: false, fix: expect.stringContaining('--detect --json') },
    });
    expect(stderr).toMatch(says);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('is refused if its answers were edited, or if it is not a plan', async () => {
    const dir = project();
    const { file, plan } = await planned(dir);
    writeFileSync(file, JSON.stringify({ ...plan, answers: { ...plan.answers, layers: 'loom' } }));
    expect((await carriedOut(dir, file)).code).toBe(EXIT.planOutdated);
    const answered = (answers: object) => JSON.stringify({ ...plan, answers });
    const none = [{ cwd: '/' }, { task: 'add=generate' }, { runtime: 'elsewhere' }, { local: 'yes' }];
    for (const value of ['{}', '[', ...none.map(answered)]) {
      writeFileSync(file, value);
      expect((await carriedOut(dir, file)).code).toBe(EXIT.configSyntax);
    }
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it('is refused in another folder', async () => {
    const dir = repository(worker('apps/a', { 'wrangler.jsonc': jsonc('a') }));
    const { file } = await planned(dir);
    const { code, stderr } = await carriedOut(join(dir, 'apps/a'), file);
    expect({ code, stderr }).toEqual({
      code: EXIT.planOutdated,
      stderr: expect.stringContaining('made in another folder'),
    });
  });

  it('allows no other answers', async () => {
    const dir = project();
    const { file } = await planned(dir);
    const { code, stderr } = await carriedOut(dir, file, '--layers', 'loom');
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("so --layers can't be used with it");
  });

  it('never contains a key or its hash', async () => {
    const dir = project();
    const secret = ['hunter', '2'].join('');
    writeFileSync(join(dir, '.env'), `PIN=${secret}\n`);
    const { file } = await planned(dir);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    // With another value, the plan is the same: it contains only names.
    writeFileSync(join(dir, '.env'), `PIN=${secret}${secret}\n`);
    expect((await carriedOut(dir, file)).code).toBe(0);
    expect(text(dir, '.env')).toContain(`PIN=${secret}${secret}\n`);
  });
});
