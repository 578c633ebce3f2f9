import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../packages/loom/src/hooks/events.js';
import { findTranscripts } from '../../../packages/loom/src/ingest/sources.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { explain } from '../../../packages/loom/src/store/open.js';
import { reading } from './reading.js';
import { at, line, prompt, response, T0, toolResult, writeClaude } from './transcripts.js';

describe('data that is read late updates the derived data', () => {
  it('the turns of an ended session end at the reported stop, and not before the last call', async () => {
    const { dir, home, db, read } = reading();
    const hook = (hook_event_name: string, seconds: number, more = {}) =>
      applyEvent(db, {
        at: T0 + seconds * 1000,
        process: null,
        issue: null,
        event: { hook_event_name, session_id: 's1', cwd: dir, ...more },
      });
    hook('SessionStart', 0);
    hook('UserPromptSubmit', 0);
    hook('Stop', 20, { prompt_id: 'u1' });
    hook('SessionEnd', 40, { reason: 'other' });
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(s, 'm1', 10, { output: 1 }),
      prompt(s, 'u2', 30),
      response(s, 'm2', 35, { output: 1 }),
    ]);
    await read({ now: T0 + 41_000 });
    const turns = () =>
      db.all('SELECT id, ended_at, outcome FROM iterations ORDER BY n').map((row) => Object.values(row));
    expect(turns()).toEqual([
      ['u1', T0 + 20_000, 'complete'],
      ['u2', T0 + 35_000, 'complete'],
    ]);
    expect(db.all('SELECT final FROM llm_calls')).toEqual([{ final: 1 }, { final: 1 }]);
    expect(db.get('SELECT ended_at FROM sessions')).toEqual({ ended_at: T0 + 40_000 });
  });

  it('a session that seemed to have ended runs again, and ends later', async () => {
    const { dir, home, db, read } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const file = writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 5, { output: 1 })]);
    await read({ now: T0 + 7_200_000 });
    const session = () => db.get('SELECT status, ended_at FROM sessions');
    expect(session()).toEqual({ status: 'complete', ended_at: T0 + 5000 });
    appendFileSync(file, line([response(s, 'm2', 7_190, { output: 1 })]));
    await read({ now: T0 + 7_200_000 });
    expect(session()).toEqual({ status: 'running', ended_at: null });
    await read({ now: T0 + 20_000_000 });
    expect(session()).toEqual({ status: 'complete', ended_at: T0 + 7_190_000 });
  });

  it('a session that was silent for weeks ends at the commit of that time, and its cost does not count for later issues', async () => {
    const { dir, home, db, read } = reading();
    const git = (when: number, ...args: string[]) =>
      execFileSync('git', ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        env: { ...process.env, GIT_COMMITTER_DATE: at(when), GIT_AUTHOR_DATE: at(when) },
        encoding: 'utf8',
      }).trim();
    const issue = createIssue(db, { title: 'later' }, { name: 'x', sessionId: null }, T0).id;
    git(0, 'init', '-q', '-b', 'main');
    git(-100, 'commit', '-q', '--allow-empty', '-m', 'before');
    const before = git(0, 'rev-parse', 'HEAD');
    git(1_000_000, 'commit', '-q', '--allow-empty', '-m', `Closes ${issue}`);
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 5, { output: 1 })]);
    await read({ now: T0 + 10_000 });
    db.run('UPDATE sessions SET git_head_start = ?', before);
    await read({ now: T0 + 2_000_000_000 });
    expect(db.get('SELECT git_head_end, issue_id FROM sessions')).toEqual({
      git_head_end: before,
      issue_id: null,
    });
  });

  it('a last line without a line break counts once, when it is complete', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const file = writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0)]);
    appendFileSync(file, JSON.stringify(response(s, 'm1', 1, { output: 1 })));
    await read();
    expect(calls()).toHaveLength(1);
    appendFileSync(file, `\n${line([response(s, 'm2', 2, { output: 1 })])}`);
    expect(await read()).toMatchObject({ badLines: 0 });
    expect(calls()).toHaveLength(2);
  });
});

describe('everything that is billed', () => {
  it('parts of a response from another model or a compaction are separate calls', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const row = response(s, 'm1', 1, { input: 50, output: 5 });
    const { message } = row as { message: { usage: object } };
    Object.assign(message.usage, {
      iterations: [
        { type: 'compaction', input_tokens: 900, output_tokens: 40 },
        { type: 'message', input_tokens: 50, output_tokens: 5 },
        { type: 'advisor_message', model: 'claude-opus-4-5', input_tokens: 700, output_tokens: 30 },
      ],
    });
    writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), row, row]);
    await read();
    expect(calls().map((call) => [call.model, call.input_tokens, call.output_tokens])).toEqual([
      ['claude-sonnet-4-5-20250929', 50, 5],
      ['claude-opus-4-5', 700, 30],
      ['claude-sonnet-4-5-20250929', 900, 40],
    ]);
  });

  it('fees of the provider’s own tools; an unknown fee makes the cost a lower bound', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const with_tools = (id: string, seconds: number, server_tool_use: object) => {
      const row = response(s, id, seconds, { input: 1000 });
      Object.assign((row as { message: { usage: object } }).message.usage, { server_tool_use });
      return row;
    };
    writeClaude(home, 'p/s1.jsonl', [
      with_tools('m1', 1, { web_search_requests: 3, web_fetch_requests: 2 }),
      with_tools('m2', 2, { crystal_ball_requests: 1 }),
    ]);
    expect(await read()).toMatchObject({ lowerBounds: 1 });
    expect(calls().map((call) => [call.cost_micros, call.lower_bound])).toEqual([
      [33_000, null],
      [3000, 'fees of crystal_ball are not known'],
    ]);
  });

  it('a region that changes the price applies its factor, or has no price', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const within = (id: string, seconds: number, model: string, inference_geo: string) => {
      const row = response(s, id, seconds, { input: 1_000_000 }, { model });
      Object.assign((row as { message: { usage: object } }).message.usage, { inference_geo });
      return row;
    };
    writeClaude(home, 'p/s1.jsonl', [
      within('m1', 1, 'claude-opus-4-8', 'global'),
      within('m2', 2, 'claude-opus-4-8', 'us'),
      within('m3', 3, 'claude-haiku-4-5', 'us'),
      within('m4', 4, 'claude-opus-4-8', 'atlantis'),
    ]);
    await read();
    expect(calls().map((call) => call.cost_micros)).toEqual([5_000_000, 5_500_000, null, null]);
  });
});

describe('nothing is skipped silently', () => {
  it('links are followed, each real file is read once, and cycles end', async () => {
    const { dir, home, read, calls } = reading();
    const real = writeClaude(join(dir, 'elsewhere'), 'p/s1.jsonl', [
      response({ sessionId: 's1', cwd: dir }, 'm1', 1, { output: 1 }),
    ]);
    mkdirSync(join(home, 'projects/q'), { recursive: true });
    symlinkSync(join(dir, 'elsewhere/projects/p'), join(home, 'projects/p'));
    symlinkSync(real, join(home, 'projects/q/again.jsonl'));
    symlinkSync(join(home, 'projects'), join(home, 'projects/q/back'));
    symlinkSync(join(dir, 'nowhere'), join(home, 'projects/q/dead.jsonl'));
    expect(await read()).toMatchObject({ files: 1 });
    expect(calls()).toHaveLength(1);
    const { unread } = findTranscripts({ CLAUDE_CONFIG_DIR: home, CODEX_HOME: home });
    expect(unread.map(({ path }) => path)).toEqual([join(home, 'projects/q/dead.jsonl')]);
  });

  it('of a session that started elsewhere, only work in the project counts; the rest is counted as left out', async () => {
    const { dir, home, read, calls } = reading();
    const [away, here] = [
      { sessionId: 's1', cwd: '/' },
      { sessionId: 's1', cwd: join(dir, 'src') },
    ];
    mkdirSync(join(dir, 'src'));
    writeClaude(home, 'p/s1.jsonl', [
      prompt(away, 'u1', 0),
      response(away, 'm1', 1, { output: 1 }),
      response(here, 'm2', 2, { output: 1 }),
    ]);
    expect((await read()).leftOut).toEqual({ foreign: 1, gone: 0 });
    expect(calls().map((call) => call.id)).toEqual(['m2']);
    await read({ allProjects: true });
    expect(calls().map((call) => call.id)).toEqual(['m1', 'm2']);
  });

  it('a removed worktree is recognised by earlier data or by its branch; otherwise it is counted', async () => {
    const { dir, home, read, calls } = reading();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    const session = (id: string, cwd: string, gitBranch: string) =>
      writeClaude(home, `p/${id}.jsonl`, [
        response({ sessionId: id, cwd, more: { gitBranch } }, `m-${id}`, 1, { output: 1 }),
      ]);
    const seen = `${dir}-seen`;
    git('worktree', 'add', '-q', '--detach', seen);
    await read();
    git('worktree', 'remove', '--force', seen);
    git('branch', 'feature-x');
    session('a', seen, 'HEAD');
    session('b', '/gone/by-branch', 'feature-x');
    session('c', '/gone/unknown', 'main');
    expect((await read()).leftOut).toEqual({ foreign: 0, gone: 1 });
    expect(calls().map((call) => call.id)).toEqual(['m-a', 'm-b']);
    rmSync(seen, { recursive: true, force: true });
  });

  it('several config folders, with an unexpanded tilde', () => {
    const { dir } = reading();
    const env = { CLAUDE_CONFIG_DIR: `~/nothing-here, ${dir}/one ,${dir}/two`, CODEX_HOME: '~/nothing-here' };
    writeClaude(join(dir, 'one'), 'p/a.jsonl', []);
    writeClaude(join(dir, 'two'), 'p/b.jsonl', []);
    expect(findTranscripts(env).files.map(({ path }) => path)).toEqual([
      join(dir, 'one/projects/p/a.jsonl'),
      join(dir, 'two/projects/p/b.jsonl'),
    ]);
  });
});

it('a subagent’s changes come from its requests; a rejected one counts nothing; lines are counted', async () => {
  const { dir, home, db, read } = reading();
  const side = { sessionId: 's1', cwd: dir, more: { agentId: 'a7', isSidechain: true } };
  const asks = (id: string, seconds: number, name: string, input: object) =>
    response(side, `m-${id}`, seconds, { output: 1 }, { content: [{ type: 'tool_use', id, name, input }] });
  const path = (name: string) => join(dir, name);
  writeClaude(home, 'p/s1/subagents/agent-a7.jsonl', [
    asks('t1', 1, 'Write', { file_path: path('new.txt'), content: 'a\nb\n' }),
    toolResult(side, 't1', 2),
    asks('t2', 3, 'Edit', { file_path: path('new.txt'), old_string: 'a\nb', new_string: 'a\nc\nd' }),
    toolResult(side, 't2', 4),
    asks('t3', 5, 'MultiEdit', {
      file_path: path('multi.txt'),
      edits: [
        { old_string: 'x', new_string: 'y' },
        { old_string: '', new_string: 'z\n' },
      ],
    }),
    toolResult(side, 't3', 6),
    asks('t4', 7, 'NotebookEdit', { notebook_path: path('n.ipynb'), new_source: '1\n2\n3' }),
    toolResult(side, 't4', 8),
    asks('t5', 9, 'Write', { file_path: path('no.txt'), content: 'x' }),
    toolResult(side, 't5', 10, { is_error: true }),
  ]);
  await read();
  const files = db.all(
    'SELECT path, change_type, lines_added, lines_removed FROM files_modified ORDER BY path',
  );
  expect(files.map((file) => Object.values(file))).toEqual([
    ['multi.txt', 'modified', 2, 1],
    ['n.ipynb', 'modified', 3, 0],
    ['new.txt', 'created', 4, 1],
  ]);
  writeFileSync(path('done'), '');
});

it('a full disk while transcripts are read is reported, reads continue, and nothing is lost', async () => {
  const { dir, home, db, read } = reading();
  const rows = (id: string) =>
    Array.from({ length: 400 }, (_, n) =>
      response({ sessionId: id, cwd: dir }, `${id}-${n}`, n, { output: 1 }),
    );
  for (const id of ['a', 'b', 'c']) {
    writeClaude(home, `p/${id}.jsonl`, rows(id));
  }
  db.exec(`PRAGMA max_page_count = ${Number(db.get('PRAGMA page_count')?.page_count) + 20}`);
  const failed = await read().catch((error: unknown) => explain(db.path, error));
  expect(failed).toMatchObject({
    message: expect.stringContaining('No space left to write'),
    fix: expect.stringContaining('Free some space'),
  });
  expect(db.get('SELECT COUNT(*) AS n FROM llm_calls')).toEqual({ n: expect.any(Number) });
  db.exec('PRAGMA max_page_count = 1000000');
  await read();
  expect(db.get('SELECT COUNT(*) AS n FROM llm_calls')).toEqual({ n: 1200 });
});
