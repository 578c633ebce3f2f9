import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTime } from '../../../packages/loom/src/commands/times.js';
import { parseDollars } from '../../../packages/loom/src/money.js';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import { explain } from '../../../packages/loom/src/store/open.js';
import { tempDir } from '../../support/folder.js';
import { bareEnv, data, LM, lm, project } from '../project.js';

interface Issue {
  id: string;
  status: string;
}

describe('a time option', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');

  it('accepts a span, a date, or a date with a time', () => {
    expect(readTime('12h', now)).toBe(now - 12 * 3_600_000);
    expect(readTime('2w', now)).toBe(now - 14 * 86_400_000);
    expect(readTime('2026-02-28', now)).toBe(new Date(2026, 1, 28).getTime());
    expect(readTime('2026-02-28T10:30', now)).toBe(new Date(2026, 1, 28, 10, 30).getTime());
    expect(readTime('2026-02-28T10:30:00.5Z', now)).toBe(Date.UTC(2026, 1, 28, 10, 30, 0, 500));
    expect(readTime('2024-02-29T10:30+02:00', now)).toBe(Date.UTC(2024, 1, 29, 8, 30));
  });

  it('rejects other texts, also those that Date.parse accepts', () => {
    for (const text of [
      '7',
      'foo 1',
      '2026-02-30',
      '2026-02-29',
      '2026-13-01',
      '2026-02-28T25:00',
      '7 d',
      '-7d',
      '',
    ]) {
      expect(() => readTime(text, now)).toThrow(/is no time/);
    }
  });
});

it('an amount of money is accepted only if it can be stored exactly', () => {
  expect(['5', '$2.50', '0.000001', '1e9'].map(parseDollars)).toEqual([5_000_000, 2_500_000, 1, 1e15]);
  for (const text of ['', '0', '-5', '5,50', '0.0000001', '1e12', '1e308', 'Infinity', 'NaN']) {
    expect(() => parseDollars(text)).toThrow(/is not an amount/);
  }
});

describe('lm init', () => {
  it('creates the folder like the generator, and the database, and can run again', () => {
    const dir = tempDir();
    const migrations = knownMigrations().map(({ name }) => name);
    expect(migrations.length).toBeGreaterThan(2);
    expect(data(lm(dir, ['init', '--json']))).toMatchObject({
      created: [...migrations.map((name) => `migrations/${name}`), 'sync.mjs', '.gitignore'],
      migrations,
    });
    const packaged = new URL('../../../packages/loom/migrations/0001_init.sql', import.meta.url);
    const template = new URL('../../../templates/loom/sync.mjs.hbs', import.meta.url);
    expect(readFileSync(join(dir, '.loom/migrations/0001_init.sql'), 'utf8')).toBe(
      readFileSync(packaged, 'utf8'),
    );
    expect(readFileSync(join(dir, '.loom/sync.mjs'), 'utf8')).toBe(readFileSync(template, 'utf8'));
    expect(existsSync(join(dir, '.loom/loom.db'))).toBe(true);
    writeFileSync(join(dir, '.loom/sync.mjs'), '// mine\n');
    expect(data(lm(dir, ['init', '--json']))).toMatchObject({
      created: [],
      kept: expect.arrayContaining([{ path: 'sync.mjs', differs: true }]),
    });
    expect(readFileSync(join(dir, '.loom/sync.mjs'), 'utf8')).toBe('// mine\n');
  });

  it('reports a folder in a parent folder', () => {
    const { dir, loomDir } = project();
    mkdirSync(join(dir, 'inner'));
    expect(lm(join(dir, 'inner'), ['init']).stdout).toContain(`${loomDir} also exists`);
    expect(lm(dir, ['init']).stdout).not.toContain('also exists');
  });

  it('creates no second one in a git worktree, where it would not be used', () => {
    const { dir, loomDir } = project();
    const git = (...args: string[]) => execFileSync('git', args, { cwd: dir, stdio: 'ignore' });
    git('init', '-q');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'first');
    const tree = join(tempDir(), 'tree');
    git('worktree', 'add', '-q', tree);
    expect(data(lm(tree, ['init', '--json']))).toMatchObject({ dir: loomDir });
    expect(existsSync(join(tree, '.loom'))).toBe(false);
  });
});

it('.loom/sync.mjs runs in a project that has the package', () => {
  const dir = tempDir();
  lm(dir, ['init']);
  mkdirSync(join(dir, 'node_modules/@create-something'), { recursive: true });
  symlinkSync(join(LM, '../..'), join(dir, 'node_modules/@create-something/loom'), 'dir');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['.loom/sync.mjs', ...args], {
      cwd: dir,
      env: bareEnv(dir),
      encoding: 'utf8',
    });
  expect(run('--status')).toMatchObject({ status: 0, stdout: expect.stringContaining('queued   0') });
  expect(run()).toMatchObject({ status: 8, stderr: expect.stringContaining('No Langfuse keys') });
  expect(run('--bogus')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("Unknown option '--bogus'"),
  });
  expect(run('--unknown=maybe').status).toBe(64);
  expect(run('--batch-size', '0').status).toBe(64);
});

describe('lm doctor', () => {
  it('accepts a complete folder, finds missing and damaged files, and repairs what it can', () => {
    const dir = tempDir();
    expect(lm(dir, ['doctor'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('no .loom folder'),
    });
    lm(dir, ['init']);
    expect(lm(dir, ['doctor']).code).toBe(0);
    rmSync(join(dir, '.loom/sync.mjs'));
    expect(lm(dir, ['doctor'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ sync.mjs: missing'),
    });
    expect(lm(dir, ['doctor', '--fix']).code).toBe(0);
    rmSync(join(dir, '.loom/loom.db'));
    writeFileSync(join(dir, '.loom/loom.db'), 'x'.repeat(5000));
    expect(lm(dir, ['doctor'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('damaged or not a SQLite'),
    });
  });
});

describe('a day of work', () => {
  it('works with commands, which all have the same JSON envelope', () => {
    const { dir } = project();
    const run = <T>(...args: string[]) => data<T>(lm(dir, [...args, '--json']));
    const a = run<Issue>('create', 'Fix login', '-p', '1', '-l', 'auth', '--task', 'generate').id;
    const b = run<Issue>('create', 'Ship it').id;
    expect(run('block', b, a)).toMatchObject({ issue: { status: 'blocked' }, blockers: [a] });
    expect(run<Issue[]>('ready').map((issue) => issue.id)).toEqual([a]);
    const started = run<{ session_id: string; issue: Issue }>('start', a);
    expect(started.issue.status).toBe('in_progress');
    expect(run('session', 'current')).toMatchObject({ id: started.session_id, issue_id: a });
    run('checkpoint', 'half way', '--context', '{"next":["test"]}');
    const { id } = run<{ id: string }>('route', 'record', '--model', 'm', '--confidence', '0.8');
    run('route', 'outcome', id, '--success', '--cost', '0.5');
    expect(run('route', 'report')).toMatchObject([
      { key: '0.8-1.0', success_rate: 1, actual_cost_micros: 500_000 },
    ]);
    run('budget', 'set', 'session', '1', '--stop');
    expect(run('budget', 'status')).toMatchObject({
      status: [{ scope: 'session', state: 'ok', stop: true }],
    });
    run('session', 'tag', '--task', 'generate', '--atlas', 'touchpoint.type=cli');
    run('session', 'pause');
    expect(run('session', 'resume', started.session_id)).toMatchObject({
      checkpoint: { summary: 'half way' },
    });
    expect(run('done', a, '-e', 'abc123')).toMatchObject({
      issue: { status: 'completed' },
      freed: [{ id: b }],
    });
    run('session', 'end');
    expect(run('show', a)).toMatchObject({ evidence: 'abc123', cost: { calls: 0 } });
    expect(run('cost')).toMatchObject({ rows: [] });
    expect(run('recover')).toMatchObject({ found: [], interrupted: [] });
    expect(run<Issue[]>('list').map((issue) => issue.id)).toEqual([b]);
  });
});

it('a checkpoint reads its context from stdin', () => {
  const { dir } = project();
  lm(dir, ['session', 'start']);
  const ran = lm(dir, ['checkpoint', 'here', '--context', '-', '--json'], {}, '{"a":[1]}');
  expect(data(ran)).toMatchObject({ summary: 'here', context: { a: [1] } });
  expect(lm(dir, ['checkpoint', 'here', '--context', '-'], {}, '{')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--context is not JSON'),
  });
});

describe('errors', () => {
  const cases: [string, string[], number, string][] = [
    ['no command', [], 64, 'Name a command.'],
    ['an unknown command', ['craete'], 64, 'Did you mean create?'],
    ['an unknown flag', ['ready', '--bogus'], 64, 'Unknown argument: bogus'],
    ['a group alone', ['session'], 64, 'lm session <command>'],
    ['a missing argument', ['claim'], 64, 'An argument is missing: lm claim <id>'],
    ['an unknown issue', ['show', 'lm-nope00'], 3, 'There is no issue "lm-nope00".'],
    ['no session', ['checkpoint', 'x'], 3, 'No session is running here.'],
    ['an invalid amount', ['budget', 'set', 'day', 'much'], 64, '"much" is not an amount of money.'],
    ['an invalid time', ['cost', '--since', 'soon'], 64, '"soon" is no time.'],
    ['an invalid term', ['create', 'x', '--atlas', 'colour=red'], 64, 'is not an Atlas term'],
    ['an unknown task type', ['create', 'x', '--task', 'generte'], 64, '"generte" is not an Atlas task type'],
    ['no term', ['session', 'tag'], 64, 'There is no term.'],
    ['a budget of nothing', ['session', 'start', '--budget', '0'], 64, '"0" is not an amount'],
  ];
  it.each(cases)('%s', (_, args, code, words) => {
    const { dir } = project();
    const plain = lm(dir, args);
    expect([plain.code, plain.stdout]).toEqual([code, '']);
    expect(plain.stderr).toContain(words);
    const json = lm(dir, [...args, '--json']);
    const answer = JSON.parse(json.stdout) as {
      schema_version: number;
      error: { code: number; message: string; fix: string; retryable: boolean };
    };
    expect([answer.schema_version, answer.error.code, json.stderr]).toEqual([1, code, '']);
    expect(answer.error).toMatchObject({ fix: expect.stringMatching(/./), retryable: false });
  });

  it.each([
    [['list', '--labl', 'x'], '--label'],
    [['traces', '--sesion', 'x'], '--session'],
  ])('%j suggests %s', (args, meant) => {
    const { dir } = project();
    expect(lm(dir, args)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining(`Did you mean ${meant}?`),
    });
  });

  it('a database that another process has locked can be retried', () => {
    expect(explain('.loom/loom.db', new Error('database is locked'))).toMatchObject({ retryable: true });
    expect(explain('.loom/loom.db', new Error('disk is full'))).toMatchObject({ retryable: false });
  });

  it.each([
    [['list', '--limit', 'abc'], '--limit must be a number'],
    [['ready', '--limit', '0'], '--limit must be a whole number'],
    [['recover', '--idle', '-5'], '--idle must be a number, in minutes'],
    [['cost', '--by', 'issue', '--by', 'model'], '--by appears more than once'],
    [['create', 'x', '-d', 'a', '-d', 'b'], '--description appears more than once'],
    [['create', '  '], 'needs a title'],
    [['cost', '--since', '7'], '"7" is no time'],
    [['budget', 'set', 'day', '1e12'], '"1e12" is not an amount'],
  ])('%j is rejected with a plain message', (args, says) => {
    const { dir } = project();
    const ran = lm(dir, args);
    expect([ran.code, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toContain(says);
  });

  it('a file that can’t be written', () => {
    const { dir } = project();
    const ran = lm(dir, ['export', '--out', 'nowhere/x.jsonl']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("can't be written");
  });

  it('a LOOM_SESSION that does not exist', () => {
    const { dir } = project();
    const ran = lm(dir, ['create', 'x'], { LOOM_SESSION: 'ses-gone' });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('LOOM_SESSION is ses-gone');
  });

  it('no folder', () => {
    expect(lm(tempDir(), ['ready'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Run `lm init`'),
    });
  });

  it('changes nothing if a later part of a command fails', () => {
    const { dir, db } = project();
    expect(lm(dir, ['create', 'x', '--atlas', 'colour=red']).code).toBe(64);
    expect(db.all('SELECT 1 FROM issues')).toEqual([]);
  });
});

it('a reader that closes the pipe early is not a failure', () => {
  const { dir } = project();
  for (let n = 0; n < 3; n += 1) {
    lm(dir, ['create', `issue ${n}`]);
  }
  const script = `${JSON.stringify(process.execPath)} ${JSON.stringify(LM)} export | true; echo "$PIPESTATUS"`;
  const ran = spawnSync('bash', ['-o', 'pipefail', '-c', script], {
    cwd: dir,
    encoding: 'utf8',
    env: bareEnv(dir),
  });
  expect([ran.stdout, ran.stderr]).toEqual(['0\n', '']);
});

it('a title can’t break a line or control the terminal', () => {
  const { dir } = project();
  const title = 'two\nlines \u001b[31mred\u009b2J';
  const { id } = data<Issue>(lm(dir, ['create', title, '--json']));
  expect(lm(dir, ['list']).stdout).toBe(`${id}  P2  pending      two lines \uFFFD[31mred\uFFFD2J\n`);
  expect(data(lm(dir, ['show', id, '--json']))).toMatchObject({ title });
});

it('a missing folder is not created, and is not replaced by its parent', () => {
  const { dir } = project();
  for (const args of [['init'], ['list']]) {
    const ran = lm(dir, [...args, '--cwd', 'typo']);
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining(`no folder "${join(dir, 'typo')}"`)]);
  }
  expect(existsSync(join(dir, 'typo'))).toBe(false);
});

it('messages of yargs are in the envelope too', () => {
  const dir = tempDir();
  const { text } = data<{ text: string }>(lm(dir, ['completion', '--json']));
  expect(`${text}\n`).toBe(lm(dir, ['completion']).stdout);
  expect(text).toContain('--get-yargs-completions');
  expect(data(lm(dir, ['--version', '--json=true']))).toEqual({
    text: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
  expect(lm(dir, ['list', '--help']).stdout).toContain('--limit');
});

describe('completion', () => {
  const complete = (dir: string, ...words: string[]) =>
    lm(dir, ['--get-yargs-completions', 'lm', ...words])
      .stdout.split('\n')
      .filter(Boolean);

  it('suggests commands, the commands of a group, and open issues', () => {
    const { dir } = project();
    const { id } = data<Issue>(lm(dir, ['create', 'x', '--json']));
    expect(complete(dir, 'che')).toEqual(['checkpoint']);
    expect(complete(dir, 'session', '')).toEqual([
      'start',
      'end',
      'pause',
      'resume',
      'handoff',
      'tag',
      'current',
      'show',
      'list',
    ]);
    expect(complete(dir, 'claim', 'lm-')).toEqual([id]);
    expect(complete(tempDir(), 'claim', 'lm-')).toEqual([]);
  });

  it('suggests the options of a command, their values, and other ids, and nothing else', () => {
    const { dir } = project();
    const session = data<Issue>(lm(dir, ['session', 'start', '--json'])).id;
    expect(complete(dir, 'cost', '--b')).toEqual(['--by']);
    expect(complete(dir, 'cost', '--by', 'm')).toEqual(['model', 'month']);
    expect(complete(dir, 'budget', 'set', '')).toEqual(['session', 'issue', 'day', 'agent']);
    expect(complete(dir, 'session', 'show', 'ses-')).toEqual([session]);
    const nothing = lm(dir, ['--get-yargs-completions', 'lm', 'ready', 'x']);
    expect([nothing.code, nothing.stdout.trim(), nothing.stderr]).toEqual([0, '', '']);
  });
});

it('ending an ended session does not change its duration', () => {
  const { dir } = project();
  const { id } = data<Issue>(lm(dir, ['session', 'start', '--json']));
  const ended = data<{ ended_at: number }>(lm(dir, ['session', 'end', '--json']));
  const again = data(
    lm(dir, ['session', 'end', id, '--status', 'error', '--reason', 'it was wrong', '--json']),
  );
  expect(again).toMatchObject({
    status: 'error',
    termination_reason: 'it was wrong',
    ended_at: ended.ended_at,
  });
});
