import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { setBudget } from '../../../packages/loom/src/budgets/store.js';
import { applyEvent } from '../../../packages/loom/src/hooks/events.js';
import type { HookEvent } from '../../../packages/loom/src/hooks/received.js';
import { drainSpool, spool } from '../../../packages/loom/src/hooks/spool.js';
import { ingestOne } from '../../../packages/loom/src/ingest/one.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { Lock } from '../../../packages/loom/src/store/lock.js';
import { tempDir } from '../../support/folder.js';
import { line, response, toolResult, writeClaude } from '../ingest/transcripts.js';
import { data, lm, project, sleeper } from '../project.js';

const event = (name: string, more: Partial<HookEvent> = {}): HookEvent => ({
  hook_event_name: name,
  session_id: 'cc-1',
  ...more,
});
const received = (name: string, at: number, more: Partial<HookEvent> = {}, issue: string | null = null) => ({
  at,
  process: null,
  issue,
  event: event(name, more),
});
const T = Date.now();

describe('lm hook', () => {
  it('starts, updates and ends a session', () => {
    const { dir, db } = project();
    const send = (name: string, more: Partial<HookEvent> = {}) =>
      lm(dir, ['hook'], {}, JSON.stringify(event(name, { cwd: dir, transcript_path: '/t.jsonl', ...more })));
    for (const name of ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'Stop']) {
      expect(send(name)).toEqual({ code: 0, stdout: '', stderr: '' });
    }
    const row = () => db.get('SELECT status, agent, transcript_path, pid, termination_reason FROM sessions');
    // The test runner is in the place of the agent.
    expect(row()).toMatchObject({
      status: 'running',
      agent: 'claude-code',
      transcript_path: '/t.jsonl',
      pid: process.pid,
    });
    send('SessionEnd', { reason: 'logout' });
    expect(row()).toMatchObject({ status: 'complete', termination_reason: 'logout' });
    // Only the prompt shows whether the resumed session or its fork continues.
    send('SessionStart', { source: 'resume' });
    expect(row()).toMatchObject({ status: 'complete' });
    send('UserPromptSubmit');
    expect(row()).toMatchObject({ status: 'running' });
    expect(db.all('SELECT 1 FROM sessions')).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['no session', '{"hook_event_name":"Stop"}'],
    ['a list', '[1]'],
  ])('given %s does nothing and succeeds', (_, input) => {
    const { dir, db } = project();
    expect(lm(dir, ['hook'], {}, input)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(db.all('SELECT 1 FROM sessions')).toEqual([]);
  });

  it('outside a project does nothing and succeeds', () => {
    const dir = tempDir();
    const ran = lm(dir, ['hook'], {}, JSON.stringify(event('Stop', { cwd: dir })));
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(join(dir, '.loom'))).toBe(false);
  });

  it('spools while another process writes, and the next command imports the spool', () => {
    const { dir, db, loomDir } = project();
    db.exec('BEGIN IMMEDIATE');
    const ran = lm(dir, ['hook'], {}, JSON.stringify(event('SessionStart', { cwd: dir })));
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(join(loomDir, 'spool'))).toHaveLength(1);
    db.exec('ROLLBACK');
    expect(data<unknown[]>(lm(dir, ['session', 'list', '--json']))).toMatchObject([
      { source_session_id: 'cc-1' },
    ]);
    expect(readdirSync(join(loomDir, 'spool'))).toEqual([]);
  });

  it('spools when the database is damaged', () => {
    const { dir, db, loomDir } = project();
    db.close();
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(loomDir, `loom.db${suffix}`), { force: true });
    }
    writeFileSync(join(loomDir, 'loom.db'), 'garbage '.repeat(1000));
    expect(lm(dir, ['hook'], {}, JSON.stringify(event('Stop', { cwd: dir }))).code).toBe(0);
    expect(readdirSync(join(loomDir, 'spool'))).toHaveLength(1);
  });
});

describe('the spool', () => {
  it('skips incomplete lines, and files that a living process is importing', async () => {
    const { db, loomDir } = project();
    const other = sleeper();
    spool(loomDir, received('SessionStart', T, { session_id: 'one' }));
    writeFileSync(
      join(loomDir, 'spool/1.jsonl'),
      `${JSON.stringify(received('Stop', T, { session_id: 'two' }))}\n{"at":1,"ev`,
    );
    writeFileSync(
      join(loomDir, `spool/2.jsonl.${other.pid}.draining`),
      `${JSON.stringify(received('Stop', T, { session_id: 'three' }))}\n`,
    );
    expect(drainSpool(db, loomDir)).toBe(2);
    await other.kill();
    expect(drainSpool(db, loomDir)).toBe(1);
    const ids = db.all('SELECT source_session_id AS id FROM sessions ORDER BY id').map((row) => row.id);
    expect(ids.sort()).toEqual(['one', 'three', 'two']);
    expect(readdirSync(join(loomDir, 'spool'))).toEqual([]);
  });
});

describe('an event', () => {
  it('gives the session its issue: from the environment, or from the branch', () => {
    const { db, dir } = project();
    const add = (title: string) => createIssue(db, { title }, { name: 'x', sessionId: null }, T).id;
    const [fromEnv, fromBranch] = [add('env'), add('branch')];
    mkdirSync(join(dir, '.git'));
    writeFileSync(join(dir, '.git/HEAD'), `ref: refs/heads/feat/${fromBranch}\n`);
    applyEvent(db, received('SessionStart', T, { session_id: 'a', cwd: dir }, fromEnv));
    applyEvent(db, received('SessionStart', T, { session_id: 'b', cwd: dir }));
    const rows = db.all('SELECT issue_id FROM sessions ORDER BY source_session_id');
    expect(rows.map((row) => row.issue_id)).toEqual([fromEnv, fromBranch]);
  });

  it('that arrives twice or late changes nothing more', () => {
    const { db } = project();
    applyEvent(db, received('SessionStart', T));
    applyEvent(db, received('SessionEnd', T + 1000, { reason: 'clear' }));
    applyEvent(db, received('SessionEnd', T + 2000, { reason: 'other' }));
    applyEvent(db, received('PreToolUse', T + 500));
    applyEvent(db, received('SubagentStop', T + 3000));
    expect(db.get('SELECT status, ended_at - ? AS ms, termination_reason FROM sessions', T)).toMatchObject({
      status: 'complete',
      ms: 1000,
      termination_reason: 'clear',
    });
  });
});

describe('spooled events', () => {
  const from = (pid: number, name: string, at: number) => ({
    ...received(name, at),
    process: { pid, started: '1' },
  });
  const put = (loomDir: string, file: string, ...events: object[]) => {
    mkdirSync(join(loomDir, 'spool'), { recursive: true });
    writeFileSync(join(loomDir, 'spool', file), events.map((one) => `${JSON.stringify(one)}\n`).join(''));
  };

  it('are imported in the order in which they happened, whatever the file names', () => {
    const { db, loomDir } = project();
    put(loomDir, '10.jsonl', from(7, 'SessionEnd', T + 3000));
    put(loomDir, '9.jsonl', from(7, 'SessionStart', T));
    expect(drainSpool(db, loomDir)).toBe(2);
    expect(
      db.get('SELECT status, started_at - ?1 AS began, ended_at - ?1 AS ended FROM sessions', T),
    ).toEqual({
      status: 'complete',
      began: 0,
      ended: 3000,
    });
  });

  it('that can’t be read do not block a command', () => {
    const { dir, loomDir } = project();
    writeFileSync(join(loomDir, 'spool'), 'a file where a folder should be');
    expect(lm(dir, ['list']).code).toBe(0);
  });

  it('that arrive late do not identify the current process', () => {
    const { db, loomDir } = project();
    applyEvent(db, from(8, 'SessionStart', T + 5000));
    applyEvent(db, from(8, 'SessionEnd', T + 6000));
    put(loomDir, '9.jsonl', from(7, 'PreToolUse', T));
    drainSpool(db, loomDir);
    expect(db.get('SELECT status, pid FROM sessions')).toEqual({ status: 'complete', pid: 8 });
  });
});

describe('a budget', () => {
  const spend = (stop: boolean, micros: number) => {
    const { db } = project();
    applyEvent(db, received('SessionStart', T));
    const id = String(db.get('SELECT id FROM sessions')?.id);
    db.run(
      "INSERT INTO llm_calls(id, session_id, model, started_at, cost_micros, cost_basis) VALUES ('c', ?, 'm', ?, ?, 'calculated')",
      id,
      T,
      micros,
    );
    setBudget(db, { scope: 'session', scope_id: '*', limit_micros: 1_000_000, stop }, T);
    return { db, gate: (at: number) => applyEvent(db, received('PreToolUse', at)) };
  };

  it('at 80 % prints one warning', () => {
    const { gate } = spend(true, 800_000);
    expect(gate(T + 1)).toEqual({ systemMessage: 'Loom: $0.80 of the session budget of $1.00 is used.' });
    expect(gate(T + 2)).toBeUndefined();
  });

  it('at 100 % stops the agent at every gate until it is raised, if it is set to stop', () => {
    const { db, gate } = spend(true, 1_000_000);
    for (const at of [T + 1, T + 2]) {
      expect(gate(at)).toMatchObject({
        continue: false,
        stopReason: expect.stringContaining('is used up ($1.00)'),
      });
      expect(db.get('SELECT status FROM sessions')?.status).toBe('budget_exhausted');
    }
    setBudget(db, { scope: 'session', scope_id: '*', limit_micros: 9_000_000, stop: true }, T);
    expect(gate(T + 3)).toBeUndefined();
    expect(db.get('SELECT status FROM sessions')?.status).toBe('running');
  });

  it('that only warns never stops', () => {
    const { gate } = spend(false, 5_000_000);
    expect(gate(T + 1)).toHaveProperty('systemMessage');
    expect(gate(T + 2)).toBeUndefined();
  });

  it('does not block tools without cost', () => {
    const { db } = spend(true, 5_000_000);
    expect(applyEvent(db, received('Stop', T + 1))).toBeUndefined();
  });
});

describe('lm hooks', () => {
  const settings = (dir: string) => join(dir, '.claude/settings.local.json');

  it('install keeps existing settings, adds hooks once, and uninstall restores the settings', () => {
    const { dir } = project();
    mkdirSync(join(dir, '.claude'));
    const before = `${JSON.stringify(
      {
        permissions: { allow: ['Bash(ls)'] },
        hooks: { Stop: [{ hooks: [{ type: 'command', command: 'say done' }] }], Odd: [] },
      },
      null,
      4,
    )}\n`;
    writeFileSync(settings(dir), before);
    lm(dir, ['hooks', 'install']);
    const once = readFileSync(settings(dir), 'utf8');
    expect(data(lm(dir, ['hooks', 'install', '--json']))).toMatchObject({ changed: false });
    expect(readFileSync(settings(dir), 'utf8')).toBe(once);
    const { hooks, permissions } = JSON.parse(once);
    expect(permissions).toEqual({ allow: ['Bash(ls)'] });
    expect(hooks.Stop).toHaveLength(2);
    expect(hooks.SessionEnd[0].hooks[0].timeout).toBe(10);
    lm(dir, ['hooks', 'uninstall']);
    expect(readFileSync(settings(dir), 'utf8')).toBe(before);
  });

  it('reject broken settings, and leave them unchanged', () => {
    const { dir } = project();
    mkdirSync(join(dir, '.claude'));
    for (const text of ['{ "hooks": ', '[]', '{"hooks": {"Stop": "x"}}']) {
      writeFileSync(settings(dir), text);
      const ran = lm(dir, ['hooks', 'install']);
      expect([ran.code, readFileSync(settings(dir), 'utf8')]).toEqual([64, text]);
      expect(ran.stderr).toContain('Nothing was changed.');
    }
  });

  it('write commands that work in a shell and never fail; without a budget they start no Node', async () => {
    const { dir, db } = project();
    const { commands } = data<{ commands: Record<string, string[]> }>(
      lm(dir, ['hooks', 'install', '--json']),
    );
    const [record = '', gate = ''] = commands.UserPromptSubmit ?? [];
    expect([commands.PreToolUse, commands.Stop]).toEqual([[gate], [record]]);
    const run = (name: string, shellCommand: string, path = process.env.PATH) =>
      spawnSync('/bin/sh', ['-c', shellCommand], {
        input: JSON.stringify(event(name, { cwd: dir })),
        env: { PATH: path, CLAUDE_PROJECT_DIR: dir, LOOM_BACKGROUND: 'off' },
        encoding: 'utf8',
      }).stdout;
    expect(run('SessionStart', record)).toBe('');
    // It continues after the shell ends, and still knows the agent.
    await vi.waitFor(() => expect(db.get('SELECT pid FROM sessions')).toEqual({ pid: process.pid }), 10_000);
    expect(run('SessionStart', record.replace('lm.js', 'gone.js'))).toBe('');
    expect(run('PreToolUse', gate, '/nowhere')).toBe('');
    setBudget(db, { scope: 'session', scope_id: '*', limit_micros: 1, stop: true }, T);
    const id = db.get<{ id: string }>('SELECT id FROM sessions')?.id;
    db.run(
      "INSERT INTO llm_calls(id, session_id, model, started_at, cost_micros, cost_basis) VALUES ('c', ?, 'm', ?, 5, 'calculated')",
      id,
      T,
    );
    expect(JSON.parse(run('PreToolUse', gate))).toMatchObject({ continue: false });
    expect(run('PreToolUse', gate.replace('lm.js', 'gone.js'))).toBe('');
  });

  it('a budget is checked with the end of the transcript, which is not recorded yet', () => {
    const { dir, db } = project();
    setBudget(db, { scope: 'agent', scope_id: 'claude-code', limit_micros: 10_000, stop: true }, T);
    const at = { sessionId: 'cc-1', cwd: dir };
    const row = (id: string, output: number) => ({
      ...response(at, id, 0, { output }),
      timestamp: new Date().toISOString(),
    });
    const transcript = writeClaude(join(dir, 'home'), 'p/cc-1.jsonl', [row('m1', 300)]);
    const gate = () =>
      lm(dir, ['hook'], {}, JSON.stringify(event('PreToolUse', { cwd: dir, transcript_path: transcript })))
        .stdout;
    expect(gate()).toBe('');
    appendFileSync(transcript, line([row('m2', 400)]));
    expect(JSON.parse(gate())).toMatchObject({
      continue: false,
      stopReason: expect.stringContaining('$0.01'),
    });
  });

  it('while another process records, a budget includes unrecorded calls, each once', () => {
    const { dir, db } = project();
    setBudget(db, { scope: 'session', scope_id: '*', limit_micros: 10_000, stop: true }, T);
    const at = { sessionId: 'cc-1', cwd: dir };
    const row = (id: string, output: number, requestId = `r-${id}`) => ({
      ...response(at, id, 0, { output }),
      requestId,
      timestamp: new Date().toISOString(),
    });
    const transcript = writeClaude(join(dir, 'home'), 'p/cc-1.jsonl', [row('m1', 300)]);
    const gate = () =>
      lm(dir, ['hook'], {}, JSON.stringify(event('PreToolUse', { cwd: dir, transcript_path: transcript })))
        .stdout;
    expect(gate()).toBe('');
    const count = () => db.get('SELECT COUNT(*) AS n FROM llm_calls')?.n;
    expect(count()).toBe(1);
    const lock = new Lock(db, 'ingest', 600_000);
    expect(lock.take()).toBeUndefined();
    // The last row of the first call, with more tokens than the recorded one.
    appendFileSync(transcript, line([row('m1', 400), row('m1', 400)]));
    // Telemetry reports the second call before the transcript does.
    const session = db.get<{ id: string }>('SELECT id FROM sessions')?.id;
    db.run(
      `INSERT INTO llm_calls(id, session_id, model, started_at, ended_at, output_tokens, cost_micros, cost_basis, source, request_id)
       VALUES ('e', ?, 'claude-sonnet-4-5', ?, ?, 200, 3000, 'reported', 'otel', 'r-m2')`,
      session,
      T,
      T,
    );
    appendFileSync(transcript, line([row('m2', 200)]));
    expect(JSON.parse(gate())).toEqual({
      systemMessage: 'Loom: $0.0090 of the session budget of $0.0100 is used.',
    });
    appendFileSync(transcript, line([row('m3', 100)]));
    expect(JSON.parse(gate())).toMatchObject({
      continue: false,
      stopReason: expect.stringContaining('$0.0105'),
    });
    expect(count()).toBe(2);
    lock.release();
    expect(JSON.parse(gate())).toMatchObject({ continue: false });
    expect(db.get('SELECT COUNT(*) AS n, SUM(cost_micros) AS micros FROM llm_calls')).toEqual({
      n: 3,
      micros: 10_500,
    });
  });
});

it("the time of a gate is not part of the tool's time", async () => {
  const { dir, db, loomDir } = project();
  setBudget(db, { scope: 'session', scope_id: '*', limit_micros: 1_000_000, stop: true }, T);
  const s = { sessionId: 'cc-1', cwd: dir };
  const asked = Date.now();
  const use = { type: 'tool_use', id: 'toolu_1', name: 'Edit', input: { file_path: join(dir, 'a.ts') } };
  const row = response(s, 'm1', 0, { output: 1 }, { content: [use] });
  const timestamp = new Date(asked - 5000).toISOString();
  const transcript = writeClaude(join(dir, 'home'), 'p/cc-1.jsonl', [{ ...row, timestamp }]);
  const gated = event('PreToolUse', {
    cwd: dir,
    transcript_path: transcript,
    tool_name: 'Edit',
    tool_use_id: 'toolu_1',
  });
  expect(lm(dir, ['hook'], {}, JSON.stringify(gated)).stdout).toBe('');
  const began = Number(db.get('SELECT started_at FROM tool_calls')?.started_at);
  expect(began).toBeGreaterThanOrEqual(asked);
  appendFileSync(
    transcript,
    line([{ ...toolResult(s, 'toolu_1', 0), timestamp: new Date(began + 20).toISOString() }]),
  );
  await ingestOne(db, loomDir, transcript);
  expect(db.all('SELECT name, ok, path, duration_ms FROM tool_calls')).toEqual([
    { name: 'Edit', ok: 1, path: 'a.ts', duration_ms: 20 },
  ]);
});

it('are installed in git worktrees too, which share the Loom, and removed from them', () => {
  const { dir } = project();
  const git = (...args: string[]) => execFileSync('git', args, { cwd: dir, stdio: 'ignore' });
  git('init', '-q');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'first');
  const tree = join(tempDir(), 'tree');
  git('worktree', 'add', '-q', tree);
  const settings = join(tree, '.claude/settings.local.json');
  expect(data(lm(dir, ['hooks', 'install', '--json']))).toMatchObject({ worktrees: [settings] });
  const hooks = JSON.parse(readFileSync(settings, 'utf8')).hooks;
  // Without a budget, a gate starts no Node in any worktree; the replacement would report it.
  const bin = tempDir();
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho started\n', { mode: 0o755 });
  const gate = hooks.PreToolUse[0].hooks[0].command;
  const gated = () =>
    spawnSync('/bin/sh', ['-c', gate], {
      input: '{}',
      env: { PATH: bin, CLAUDE_PROJECT_DIR: tree },
      encoding: 'utf8',
    }).stdout;
  expect(gated()).toBe('');
  mkdirSync(join(dir, '.loom/spool'), { recursive: true });
  writeFileSync(join(dir, '.loom/spool/gate'), '');
  expect(gated()).toBe('started\n');
  rmSync(join(dir, '.loom/spool/gate'));
  const [start] = hooks.SessionStart[0].hooks.map(({ command }: { command: string }) => command);
  spawnSync('/bin/sh', ['-c', start], {
    input: JSON.stringify({ hook_event_name: 'SessionStart', session_id: 'in-tree', cwd: tree }),
    env: { PATH: process.env.PATH, CLAUDE_PROJECT_DIR: tree, LOOM_BACKGROUND: 'off' },
  });
  expect(data<{ source_session_id: string }[]>(lm(dir, ['session', 'list', '--json']))).toMatchObject([
    { source_session_id: 'in-tree' },
  ]);
  expect(data(lm(tree, ['hooks', 'uninstall', '--json']))).toMatchObject({
    changed: expect.arrayContaining([settings]),
  });
  expect(existsSync(settings)).toBe(false);
});
