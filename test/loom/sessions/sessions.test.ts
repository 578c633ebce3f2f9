import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tag } from '../../../packages/loom/src/atlas.js';
import { budgetStatus } from '../../../packages/loom/src/budgets/status.js';
import { setBudget } from '../../../packages/loom/src/budgets/store.js';
import { costReport } from '../../../packages/loom/src/cost/report.js';
import { gitHead } from '../../../packages/loom/src/git.js';
import { claimIssue, releaseIssue } from '../../../packages/loom/src/issues/changes.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { routingReport } from '../../../packages/loom/src/routing/report.js';
import { recordDecision, recordOutcome } from '../../../packages/loom/src/routing/store.js';
import { attribute, issueNamedIn } from '../../../packages/loom/src/sessions/attribution.js';
import { addCheckpoint } from '../../../packages/loom/src/sessions/checkpoints.js';
import { currentSession } from '../../../packages/loom/src/sessions/current.js';
import { isAlive, processInfo } from '../../../packages/loom/src/sessions/process.js';
import { endDeadSessions, lostSessions, orphanedIssue } from '../../../packages/loom/src/sessions/recover.js';
import {
  endSession,
  requireSession,
  resumeSession,
  startIteration,
  startSession,
} from '../../../packages/loom/src/sessions/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { project, sleeper } from '../project.js';

const MINUTE = 60_000;
const T = 1_800_000_000_000;

function session(db: Database, more: Partial<Parameters<typeof startSession>[1]> = {}): string {
  return startSession(db, { agent: 'a', source: 'manual', startedAt: T, ...more }).id;
}

function call(
  db: Database,
  id: string,
  sessionId: string,
  at: number,
  micros: number | null,
  model = 'm',
): void {
  db.run(
    `INSERT INTO llm_calls(id, session_id, model, started_at, input_tokens, cost_micros, cost_basis, issue_id)
     VALUES (?1, ?2, ?6, ?3, 10, ?4, ?5,
       (SELECT issue_id FROM attributions WHERE session_id = ?2 AND from_at <= ?3 ORDER BY from_at DESC LIMIT 1))`,
    id,
    sessionId,
    at,
    micros,
    micros === null ? 'unpriced' : 'calculated',
    model,
  );
}

const issue = (db: Database, title: string) =>
  createIssue(db, { title }, { name: 'x', sessionId: null }, T).id;

describe('a session that crashed', () => {
  it('is found by its process, even if a new process has the same number', async () => {
    const { db } = project();
    const agent = sleeper();
    const started = processInfo(agent.pid)?.started ?? '';
    const alive = session(db, { process: { pid: agent.pid, started } });
    const reused = session(db, { process: { pid: agent.pid, started: 'another time' } });
    expect(endDeadSessions(db, T + 1).map((dead) => dead.id)).toEqual([reused]);
    await agent.kill();
    expect(isAlive(agent.pid, started)).toBe(false);
    expect(endDeadSessions(db, T + 1).map((dead) => dead.id)).toEqual([alive]);
    expect(requireSession(db, alive)).toMatchObject({
      status: 'interrupted',
      termination_reason: 'the agent process is gone',
      ended_at: T,
    });
  });

  it('without a process is one that was silent for long; a clock that was set back changes nothing', () => {
    const { db } = project();
    const id = session(db);
    expect(endDeadSessions(db, T - 10 * MINUTE)).toEqual([]);
    expect(endDeadSessions(db, T + 29 * MINUTE)).toEqual([]);
    expect(endDeadSessions(db, T + 31 * MINUTE).map((dead) => dead.id)).toEqual([id]);
  });

  it('on another machine is not judged by this machine’s processes', () => {
    const { db } = project();
    const id = session(db, { process: { pid: 2 ** 22 + 1, started: '1' } });
    db.run('UPDATE sessions SET host = ? WHERE id = ?', `not-${hostname()}`, id);
    expect(endDeadSessions(db, T + MINUTE)).toEqual([]);
  });

  it('is listed with its last checkpoint, and can continue', () => {
    const { db } = project();
    const id = session(db);
    addCheckpoint(db, requireSession(db, id), 'first', {}, T + 1);
    addCheckpoint(db, requireSession(db, id), 'second', { next: ['x'] }, T + 2);
    endDeadSessions(db, T + 60 * MINUTE);
    expect(lostSessions(db, 10)).toMatchObject([
      { session: { id }, checkpoint: { seq: 2, summary: 'second', context: { next: ['x'] } } },
    ]);
    expect(resumeSession(db, id, undefined, T + 61 * MINUTE)).toMatchObject({
      status: 'running',
      ended_at: null,
    });
    expect(lostSessions(db, 10)).toEqual([]);
  });
});

it('the issue of a crashed session is released once, unless someone else has claimed it', () => {
  const { db } = project();
  const [left, taken] = [issue(db, 'left'), issue(db, 'taken')];
  for (const [at, id] of [left, taken].entries()) {
    const died = session(db, { startedAt: T + at });
    claimIssue(db, id, { name: 'a', sessionId: died }, T + 2);
    attribute(db, died, id, 'claim', T + 2);
    db.run('UPDATE sessions SET last_seen_at = ? WHERE id = ?', T + 3, died);
  }
  releaseIssue(db, taken, { name: 'a', sessionId: null }, T + 5);
  claimIssue(db, taken, { name: 'b', sessionId: null }, T + 6);
  endDeadSessions(db, T + 60 * MINUTE);
  const orphans = lostSessions(db, 10).map(({ session: lost }) => orphanedIssue(db, lost));
  expect(orphans).toEqual([undefined, left]);
  const again = session(db, { startedAt: T + 61 * MINUTE });
  attribute(db, again, left, 'claim', T + 61 * MINUTE);
  expect(lostSessions(db, 10).map(({ session: lost }) => orphanedIssue(db, lost))).toEqual([
    undefined,
    undefined,
  ]);
});

describe('an iteration', () => {
  it('ends at its last work, not at the start of the next one', () => {
    const { db } = project();
    const id = session(db);
    startIteration(db, id, undefined, T);
    call(db, 'c', id, T + 5000, 1);
    db.run('UPDATE llm_calls SET iteration = 1');
    startIteration(db, id, undefined, T + 60 * MINUTE);
    endSession(db, id, 'complete', null, T + 61 * MINUTE);
    const rows = db.all('SELECT n, ended_at - ? AS ms, outcome FROM iterations ORDER BY n', T);
    expect(rows.map((row) => Object.values(row))).toEqual([
      [1, 5000, 'complete'],
      [2, 61 * MINUTE, 'complete'],
    ]);
  });

  it('never ends before it started, even if the clock was set back', () => {
    const { db } = project();
    const id = session(db);
    startIteration(db, id, undefined, T + 1000);
    const ended = endSession(db, id, 'complete', null, T - 5000);
    expect(ended.ended_at).toBe(T);
    expect(db.get('SELECT ended_at - started_at AS ms FROM iterations')?.ms).toBe(0);
  });
});

describe('cost', () => {
  it('counts for the issue of that time, and shows what is unpriced and unattributed', () => {
    const { db } = project();
    const [a, b] = [issue(db, 'A'), issue(db, 'B')];
    const id = session(db);
    const other = session(db);
    attribute(db, id, a, 'claim', T + 10);
    call(db, 'c1', id, T + 5, 100);
    call(db, 'c2', id, T + 20, 200);
    attribute(db, id, b, 'claim', T + 30);
    call(db, 'c3', id, T + 40, 400);
    call(db, 'c4', id, T + 41, null);
    call(db, 'c5', other, T, 1);
    const rows = costReport(db, 'issue', { since: 0, until: T * 2, dimension: 'ai_task.type' });
    expect(rows.map((row) => [row.key, row.title, row.cost_micros, row.unpriced_calls])).toEqual([
      [b, 'B', 400, 1],
      [a, 'A', 300, 0],
      ['unattributed', null, 1, 0],
    ]);
  });

  it('of only unpriced calls is unknown, not 0', () => {
    const { db } = project();
    call(db, 'c', session(db), T, null);
    expect(costReport(db, 'model', { since: 0, until: T * 2, dimension: 'x' })).toMatchObject([
      { cost_micros: null, unpriced_calls: 1 },
    ]);
  });

  it('by Atlas term uses the call’s own, then the session’s, then the issue’s, and counts tools too', () => {
    const { db } = project();
    const a = issue(db, 'A');
    const id = session(db);
    const tagged = session(db);
    attribute(db, id, a, 'claim', T);
    tag(db, 'issue', a, { 'ai_task.type': 'verify' });
    tag(db, 'session', tagged, { 'ai_task.type': 'generate' });
    call(db, 'c1', id, T, 1);
    call(db, 'c2', tagged, T, 10);
    call(db, 'c3', tagged, T, 100);
    tag(db, 'llm_call', 'c3', { 'ai_task.type': 'verify' });
    db.run("INSERT INTO tool_calls(id, session_id, name, started_at, ok) VALUES ('t', ?, 'x', ?, 1)", id, T);
    db.run("INSERT INTO tool_calls(id, session_id, name, started_at, ok) VALUES ('u', ?, 'x', ?, 1)", id, T);
    db.run(
      "INSERT INTO tool_calls(id, session_id, name, started_at, ok) VALUES ('v', ?, 'x', ?, 1)",
      tagged,
      T,
    );
    tag(db, 'tool_call', 't', { 'ai_task.type': 'extract' });
    const filter = { since: 0, until: T * 2, dimension: 'ai_task.type' };
    expect(costReport(db, 'atlas', filter).map((row) => [row.key, row.cost_micros, row.tool_calls])).toEqual([
      ['verify', 101, 1],
      ['generate', 10, 1],
      ['extract', null, 1],
    ]);
    const only = { ...filter, atlas: { dimension: 'ai_task.type', term: 'generate' } };
    expect(costReport(db, 'session', only).map((row) => [row.key, row.cost_micros])).toEqual([[tagged, 10]]);
    expect(costReport(db, 'atlas', only)).toMatchObject([{ key: 'generate', calls: 1, tool_calls: 1 }]);
  });

  it('by day uses the days of this machine, one row each, in order', () => {
    const { db } = project();
    const id = session(db);
    const midnight = new Date(2026, 2, 29).getTime();
    call(db, 'a', id, midnight - 1, 1);
    call(db, 'b', id, midnight, 10);
    call(db, 'c', id, midnight + 12 * 60 * MINUTE, null);
    call(db, 'd', id, midnight + 20 * 60 * MINUTE, 100);
    const rows = costReport(db, 'day', { since: 0, until: T * 2, dimension: 'x' });
    expect(rows.map((row) => [row.key, row.calls, row.tokens, row.cost_micros, row.unpriced_calls])).toEqual([
      ['2026-03-28', 1, 10, 1, 0],
      ['2026-03-29', 3, 30, 110, 1],
    ]);
  });

  it('leaves out calls outside the period', () => {
    const { db } = project();
    const id = session(db);
    call(db, 'before', id, T - 1, 1);
    call(db, 'in', id, T, 10);
    call(db, 'after', id, T + 1, 100);
    expect(costReport(db, 'agent', { since: T, until: T + 1, dimension: 'x' })[0]?.cost_micros).toBe(10);
  });
});

describe('attribution', () => {
  it('with a stronger basis is not replaced by a weaker one', () => {
    const { db } = project();
    const [a, b] = [issue(db, 'A'), issue(db, 'B')];
    const id = session(db);
    attribute(db, id, a, 'explicit', T);
    attribute(db, id, b, 'branch', T);
    expect(requireSession(db, id).issue_id).toBe(b);
    attribute(db, id, a, 'explicit', T + 1);
    expect(requireSession(db, id).issue_id).toBe(b);
    attribute(db, id, a, 'env', T + 2);
    attribute(db, id, b, 'claim', T + 3);
    expect(requireSession(db, id).issue_id).toBe(a);
  });

  it('found again with a stronger basis is kept against the weaker one', () => {
    const { db } = project();
    const [a, b] = [issue(db, 'a'), issue(db, 'b')];
    const id = session(db);
    attribute(db, id, a, 'branch', T);
    attribute(db, id, a, 'claim', T + 1);
    attribute(db, id, b, 'branch', T + 2);
    expect(requireSession(db, id).issue_id).toBe(a);
    expect(db.all('SELECT basis FROM attributions')).toEqual([{ basis: 'claim' }]);
  });

  it('reads an issue from a branch name with underscores', () => {
    const { db } = project();
    const id = issue(db, 'a');
    expect(issueNamedIn(db, `fix_${id}_refund`)).toBe(id);
    expect(issueNamedIn(db, `x${id}`)).toBeUndefined();
    expect(issueNamedIn(db, `${id}x`)).toBeUndefined();
  });

  it('reads issues from branch names, if they exist', () => {
    const { db } = project();
    const own = issue(db, 'A');
    db.run(
      "INSERT INTO issues(id, title, source, external_ref, created_at, updated_at) VALUES ('lm-jira00', 'J', 'jira', 'ABC-12', 1, 1), ('lm-github', 'G', 'github', '34', 1, 1)",
    );
    expect(issueNamedIn(db, `feat/${own}-login`)).toBe(own);
    expect(issueNamedIn(db, 'fix/ABC-12-crash')).toBe('lm-jira00');
    expect(issueNamedIn(db, 'closes #34')).toBe('lm-github');
    expect(issueNamedIn(db, 'fix/UTF-8-names')).toBeUndefined();
    expect(issueNamedIn(db, 'feat/lm-zzzzzz')).toBeUndefined();
  });
});

describe('budgets', () => {
  it('report ok, near and over, by session, issue and day, with a forecast', () => {
    const { db } = project();
    const a = issue(db, 'A');
    const id = session(db);
    attribute(db, id, a, 'claim', T);
    call(db, 'c1', id, T - MINUTE, 850_000);
    call(db, 'c2', id, T - MINUTE, null);
    const limit = (scope: 'session' | 'issue' | 'day', micros: number, scopeId = '*') =>
      setBudget(db, { scope, scope_id: scopeId, limit_micros: micros, stop: true }, T);
    limit('session', 1_000_000);
    limit('issue', 500_000);
    limit('issue', 10_000_000, a);
    limit('day', 800_000);
    const status = budgetStatus(db, T, id);
    expect(status.map((one) => [one.scope, one.state, one.share, one.unpriced_calls])).toEqual([
      ['day', 'over', 1.0625, 1],
      ['session', 'warn', 0.85, 1],
      ['issue', 'ok', 0.085, 1],
    ]);
    expect(status[1]?.reached_in_ms).toBe(Math.round((150_000 / 850_000) * 3_600_000));
    expect(status[0]?.forecast_micros).toBeGreaterThanOrEqual(850_000);
  });
});

describe('routing', () => {
  it('shows confidence next to the outcome', () => {
    const { db } = project();
    const id = session(db);
    const decide = (confidence: number, success?: boolean) => {
      const decision = recordDecision(
        db,
        { model: 'm', confidence, strategy: 's', sessionId: id, issueId: null },
        T,
      );
      if (success !== undefined) {
        recordOutcome(db, decision.id, { success }, T + 1);
      }
      return decision.id;
    };
    const first = decide(0.9, true);
    decide(1, false);
    decide(0.1);
    expect(routingReport(db, 'confidence', 0)).toMatchObject([
      { key: '0.0-0.2', decisions: 1, with_outcome: 0, success_rate: null },
      { key: '0.8-1.0', decisions: 2, with_outcome: 2, success_rate: 0.5, confidence: 0.95 },
    ]);
    call(db, 'c', id, T + 5, 77);
    expect(recordOutcome(db, first, { success: true }, T + 9).actual_cost_micros).toBe(77);
    // Later events belong to the next decision.
    recordDecision(db, { model: 'm', confidence: 1, strategy: 's', sessionId: id, issueId: null }, T + 6);
    call(db, 'd', id, T + 7, 1000);
    expect(recordOutcome(db, first, { success: true }, T + 9).actual_cost_micros).toBe(77);
    expect(() => decide(1.5)).toThrow('out of range');
  });
});

it('the session of a folder also applies to its subfolders, unless they have their own', () => {
  const { db, dir } = project();
  const inner = join(dir, 'src');
  const outer = session(db, { cwd: dir });
  session(db, { cwd: join(dir, 'other') });
  expect(currentSession(db, inner, {})?.id).toBe(outer);
  expect(currentSession(db, dirname(dir), {})).toBeUndefined();
  const own = session(db, { cwd: inner });
  expect(currentSession(db, inner, {})?.id).toBe(own);
  expect(currentSession(db, dir, {})?.id).toBe(outer);
});

it('a repository with reftable has no branch in its HEAD file', () => {
  const { dir } = project();
  mkdirSync(join(dir, '.git'));
  writeFileSync(join(dir, '.git/HEAD'), 'ref: refs/heads/.invalid\n');
  expect(gitHead(dir)).toEqual({ branch: undefined, commit: undefined });
});
