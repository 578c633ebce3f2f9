import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeIssue, releaseIssue } from '../../../packages/loom/src/issues/changes.js';
import { createIssue, requireIssue } from '../../../packages/loom/src/issues/store.js';
import { betaCdf, betaInterval, betaQuantile } from '../../../packages/loom/src/routing/beta.js';
import { choose } from '../../../packages/loom/src/routing/choose.js';
import { routeIssue } from '../../../packages/loom/src/routing/decide.js';
import { estimates, type Work } from '../../../packages/loom/src/routing/estimate.js';
import { familyOf } from '../../../packages/loom/src/routing/family.js';
import { history } from '../../../packages/loom/src/routing/history.js';
import { type Judgement, judge, RULES, replay } from '../../../packages/loom/src/routing/judge.js';
import { kindOf } from '../../../packages/loom/src/routing/kind.js';
import type { Question } from '../../../packages/loom/src/routing/recommend.js';
import { requireDecision } from '../../../packages/loom/src/routing/store.js';
import { addCheckpoint } from '../../../packages/loom/src/sessions/checkpoints.js';
import { requireSession } from '../../../packages/loom/src/sessions/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { asker } from '../dashboard/seeded.js';
import { data, lm, project } from '../project.js';
import { calibrationError, play, random, WORLDS } from './worlds.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ana = { name: 'ana', sessionId: null };

/** A session on its own issue, more than two hours ago, with its outcome. */
function worked(
  db: Database,
  n: number,
  {
    model = 'claude-sonnet-4-5',
    agent = 'claude-code',
    type = 'bug',
    status = 'complete',
    done = true,
    at = Date.now() - 10 * DAY,
    micros = 1_000_000,
    labels = [] as string[],
  } = {},
) {
  const issue = createIssue(db, { title: `work ${n}`, type, labels }, ana, at - HOUR);
  const id = `ses-${n}-${model}`;
  db.run(
    `INSERT INTO sessions(id, agent, source, issue_id, status, started_at, last_seen_at, ended_at) VALUES (?, ?, 'test', ?, ?, ?, ?, ?)`,
    id,
    agent,
    issue.id,
    status,
    at,
    at + HOUR,
    at + HOUR,
  );
  for (const [part, share] of [0.25, 0.75].entries()) {
    db.run(
      `INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, input_tokens, output_tokens, cost_micros, cost_basis)
       VALUES (?, ?, ?, ?, ?, 1000, 100, ?, 'calculated')`,
      `${id}-${part}`,
      id,
      issue.id,
      model,
      at + part * 0.5 * HOUR,
      Math.round(micros * share),
    );
  }
  if (done) {
    closeIssue(db, issue.id, 'completed', ana, at + HOUR, { evidence: 'commit 1234567' });
  }
  return { issue, id, at };
}

const question = (db: Database, more: Partial<Question> = {}): Question => ({
  issue: createIssue(db, { title: 'next', type: 'bug' }, ana, 1),
  strategy: 'balanced',
  among: [],
  limits: {},
  explore: 0,
  now: Date.now(),
  ...more,
});

describe('a Beta distribution', () => {
  it('has the quantiles of published tables', () => {
    // R: pbeta(0.3, 2, 5), qbeta(c(0.05, 0.95), 8, 3), qbeta(0.05, 0.5, 0.5)
    expect(betaCdf(0.3, 2, 5)).toBeCloseTo(0.579825, 6);
    expect(betaInterval(8, 3, 0.9)[0]).toBeCloseTo(0.493099, 4);
    expect(betaInterval(8, 3, 0.9)[1]).toBeCloseTo(0.912736, 4);
    expect(betaQuantile(0.05, 0.5, 0.5)).toBeCloseTo(0.006155, 5);
  });
});

it('versions of a model are one family, in any naming', () => {
  for (const model of [
    'claude-sonnet-4-5-20250929',
    'claude-sonnet-4',
    'anthropic/claude-sonnet-4.5',
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'claude-sonnet-4-5[1m]',
  ]) {
    expect([model, familyOf(model)]).toEqual([model, 'claude-sonnet']);
  }
  expect(familyOf('gpt-5.1-codex')).toBe('gpt-codex');
  expect(familyOf('gemini-3-pro-preview')).toBe('gemini-pro-preview');
});

it('the kind of work goes from general to specific', () => {
  const issue = { title: 'x', description: null, design: null, acceptance: null, type: 'bug', labels: [] };
  expect(kindOf(issue, null)).toEqual(['bug', 'bug · small']);
  expect(kindOf({ ...issue, labels: ['area:api', 'model:opus'] }, 'verify')).toEqual([
    'verify',
    'verify · api',
    'verify · api · small',
  ]);
  expect(kindOf({ ...issue, description: `See packages/loom/src. ${'x'.repeat(3000)}` }, null)[1]).toBe(
    'bug · packages/loom',
  );
});

describe('an estimate', () => {
  const work = (more: Partial<Work>): Work => ({
    agent: 'a',
    model: 'claude-sonnet-4',
    kind: ['bug'],
    at: 0,
    success: 1,
    costMicros: 1000,
    durationMs: 1000,
    ...more,
  });

  it('without data is one half, with the widest range', () => {
    const [one] = estimates([], ['bug'], [{ agent: 'a', model: 'm' }], 0);
    expect(one?.chance[1]).toBe(0.5);
    expect(one?.chance[0]).toBeLessThan(0.1);
    expect(one?.chance[2]).toBeGreaterThan(0.9);
    expect(one).toMatchObject({ cost: null, duration: null, own: 0, learned: 0 });
  });

  it('of a new version uses its family, and old outcomes count less', () => {
    const good = Array.from({ length: 30 }, () => work({}));
    const bad = Array.from({ length: 30 }, () => work({ model: 'gpt-5', success: 0 }));
    const ask = (works: Work[], now = 0) =>
      estimates(
        works,
        ['bug'],
        [
          { agent: 'a', model: 'claude-sonnet-4-5' },
          { agent: 'a', model: 'gpt-5.1' },
          { agent: 'a', model: 'other' },
        ],
        now,
      ).map(({ chance }) => chance);
    const [sonnet, gpt, other] = ask([...good, ...bad]);
    expect(sonnet?.[1]).toBeGreaterThan(0.75);
    expect(gpt?.[1]).toBeLessThan(0.25);
    expect(other?.[1]).toBeGreaterThan(0.35);
    expect(other?.[1]).toBeLessThan(0.65);
    const [later] = ask([...good, ...bad], 600 * DAY);
    expect((later?.[2] ?? 0) - (later?.[0] ?? 0)).toBeGreaterThan((sonnet?.[2] ?? 0) - (sonnet?.[0] ?? 0));
  });

  it('nine of ten costs are within the range', () => {
    const next = random(5);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const works = Array.from({ length: 200 }, () => work({ costMicros: Math.exp(13 + 0.7 * normal()) }));
    const [one] = estimates(works, ['bug'], [{ agent: 'a', model: 'claude-sonnet-4' }], 0);
    const [low, expected, high] = one?.cost ?? [0, 0, 0];
    const inside =
      Array.from({ length: 2000 }, () => Math.exp(13 + 0.7 * normal())).filter(
        (cost) => cost > low && cost < high,
      ).length / 2000;
    expect(Math.abs(inside - 0.9)).toBeLessThan(0.03);
    expect(Math.abs(Math.log(expected) - (13 + 0.245))).toBeLessThan(0.15);
  });

  it('does not depend on the order of history', () => {
    const next = random(9);
    const works = Array.from({ length: 60 }, (_, n) =>
      work({ success: n % 3 === 0 ? 0 : 1, at: n * DAY, model: n % 2 ? 'gpt-5' : 'claude-sonnet-4' }),
    );
    const of = (some: readonly Work[]) =>
      estimates(some, ['bug'], [{ agent: 'a', model: 'gpt-5' }], 61 * DAY)[0]?.chance[1] ?? 0;
    const shuffled = works
      .map((one) => ({ one, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
    expect(of(shuffled)).toBeCloseTo(of(works), 10);
  });
});

it('a strategy decides the ranking, and a limit excludes candidates that may exceed it', () => {
  const of = (model: string, chance: number, cost: number | null, duration: number | null) => ({
    agent: '',
    model,
    chance: [0, chance, 1] as const,
    own: 9,
    learned: 1,
    cost: cost === null ? null : ([cost, cost, cost] as const),
    duration: duration === null ? null : ([duration, duration, duration] as const),
  });
  const all = [
    of('dear', 0.95, 3e6, HOUR),
    of('mid', 0.8, 1e6, HOUR / 4),
    of('cheap', 0.3, 0.1e6, HOUR / 2),
    of('unknown', 0.5, null, null),
  ];
  const weights = { success: 5e6, hour: 0 };
  const best = (strategy: Parameters<typeof choose>[1], limits = {}) => {
    const choice = choose(all, strategy, weights, limits);
    return 'chosen' in choice ? choice.chosen.model : choice.excluded.map(({ why }) => why);
  };
  expect(best('best')).toBe('dear');
  expect(best('cheapest')).toBe('cheap');
  expect(best('fastest')).toBe('mid');
  expect(best('balanced')).toBe('mid');
  expect(best('best', { maxCostMicros: 2e6 })).toBe('mid');
  expect(best('best', { maxCostMicros: 1 })).toHaveLength(4);
});

describe('outcomes are derived', () => {
  it('from the issue, the session, tests and people, each with its source', () => {
    const { db } = project();
    worked(db, 1);
    const reopened = worked(db, 2);
    releaseIssue(db, reopened.issue.id, ana, reopened.at + 2 * HOUR);
    worked(db, 3, { status: 'error', done: false });
    const contradicting = worked(db, 4);
    addCheckpoint(
      db,
      requireSession(db, contradicting.id),
      'red',
      { tests: { passed: 3, failed: 2 } },
      contradicting.at + 1,
    );
    worked(db, 5, { at: Date.now() - 3 * HOUR });
    worked(db, 6, { done: false });
    const works = history(db, Date.now());
    const by = new Map(
      works.map(({ sessionId, success, evidence }) => [
        sessionId,
        { success, sources: evidence.map(({ source }) => source) },
      ]),
    );
    const of = (n: number) => by.get(`ses-${n}-claude-sonnet-4-5`);
    expect(of(1)).toEqual({ success: 1, sources: ['issue'] });
    expect(of(2)).toEqual({ success: 0, sources: ['issue'] });
    expect(of(3)).toEqual({ success: 0, sources: ['session'] });
    expect(of(4)).toEqual({ success: 2 / 3, sources: ['tests', 'issue'] });
    // Not settled, and not closed.
    expect(of(5)).toEqual({ success: null, sources: [] });
    expect(of(6)).toEqual({ success: null, sources: [] });
  });

  it('for the session that finished the work; another model that had to continue counts against the first', () => {
    const { db } = project();
    const { issue, id, at } = worked(db, 1, { model: 'gpt-5', done: false });
    db.run(
      "INSERT INTO sessions(id, agent, source, issue_id, status, started_at, last_seen_at, ended_at) VALUES ('ses-b', 'claude-code', 'test', ?1, 'complete', ?2, ?2, ?2)",
      issue.id,
      at + 2 * HOUR,
    );
    db.run(
      "INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, output_tokens, cost_micros, cost_basis) VALUES ('b', 'ses-b', ?1, 'claude-opus-4-5', ?2, 1, 5, 'calculated')",
      issue.id,
      at + 2 * HOUR,
    );
    closeIssue(db, issue.id, 'completed', ana, at + 3 * HOUR, {});
    const works = history(db, Date.now());
    expect(works.map(({ sessionId, success }) => [sessionId, success])).toEqual([
      [id, 0],
      ['ses-b', 1],
    ]);
  });
});

describe('lm route', () => {
  it('recommends from history, shows the amount of history, and records the forecast', async () => {
    const { db, dir } = project();
    for (let n = 0; n < 20; n += 1) {
      worked(db, n);
      worked(db, 100 + n, {
        model: 'gpt-5',
        agent: 'codex',
        done: n % 4 === 0,
        status: n % 4 === 0 ? 'complete' : 'error',
        micros: 900_000,
      });
    }
    const { issue } = question(db);
    const ran = lm(dir, ['route', issue.id]);
    expect(ran.stderr).toBe('');
    const lines = ran.stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^claude-code\/claude-sonnet-4-5: 9\d % chance of success \(\d+ % to \d+ %\), cost \$\d/,
    );
    expect(lines[1]).toMatch(
      /Next best: codex\/gpt-5 \(\d+ %, \$.*From 20 sessions of this kind \(bug · small\)\. rte-/,
    );
    const [row] = db.all<{ id: string }>('SELECT id FROM routing_decisions');
    expect(requireDecision(db, row?.id ?? '')).toMatchObject({
      chosen_agent: 'claude-code',
      chosen_model: 'claude-sonnet-4-5',
      strategy: 'lm balanced',
      explored: 0,
      forecast: { kind: ['bug', 'bug · small'], candidates: [{ own: 20 }, { own: 20 }] },
    });
    const explained = lm(dir, ['route', 'explain', row?.id ?? '']).stdout;
    expect(explained).toContain('codex/gpt-5');
    expect(explained).toContain('There is no outcome yet.');
    expect(data(lm(dir, ['route', issue.id, '--among', 'gpt-5', '--json']))).toMatchObject({
      chosen_model: 'gpt-5',
    });
    expect(
      data(lm(dir, ['route', issue.id, '-s', 'best', '--max-time', '2h', '--max-cost', '$5', '--json'])),
    ).toMatchObject({ chosen_model: 'claude-sonnet-4-5' });
    expect(lm(dir, ['route', issue.id, '--max-cost', '0.01'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('is above the limit'),
    });
    // A person overrides the recommendation.
    expect(
      data(
        lm(dir, [
          'route',
          'record',
          '--model',
          'gpt-5',
          '--confidence',
          '0.9',
          '--overrides',
          row?.id ?? '',
          '--reason',
          'it knows the API',
          '--json',
        ]),
      ),
    ).toMatchObject({ overrides: row?.id, issue_id: issue.id, reason: 'it knows the API' });
    expect(lm(dir, ['route', 'report', '--replay']).stdout).toContain('Brier score');
  });

  it('reports if there is no history, or only a little', async () => {
    const { db, dir } = project();
    const { issue } = question(db);
    expect(lm(dir, ['route', issue.id])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no candidates'),
    });
    worked(db, 1);
    expect(lm(dir, ['route', issue.id]).stdout).toContain('1 session of this kind: mostly prior');
    // An unused model gets the price of such work, but no invented quality.
    const { decision } = await routeIssue(db, join(dir, '.loom'), question(db, { among: ['codex/gpt-5'] }));
    expect(decision.forecast?.candidates[0]).toMatchObject({ own: 0, learned: 0, duration: null });
    expect(decision.estimated_cost_micros).toBeGreaterThan(0);
  });

  it('runs with claim and start, which claim the issue with or without advice', () => {
    const { db, dir } = project();
    const ids = [1, 2, 3].map((n) => createIssue(db, { title: `next ${n}`, type: 'bug' }, ana, 1).id);
    const [first = '', second = '', third = ''] = ids;
    const none = lm(dir, ['claim', first, '--route']);
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('No recommendation: ')]);
    worked(db, 1);
    expect(lm(dir, ['start', second, '--route']).stdout).toContain('chance of success');
    expect(lm(dir, ['claim', third]).stdout).not.toContain('chance of success');
    expect(db.all('SELECT issue_id, session_id IS NOT NULL AS has FROM routing_decisions')).toEqual([
      { issue_id: second, has: 1 },
    ]);
  });

  it('follows routing.json and budgets, and explores only if asked', async () => {
    const { db, dir } = project();
    const loom = join(dir, '.loom');
    for (let n = 0; n < 12; n += 1) {
      worked(db, n);
      worked(db, 50 + n, {
        model: 'claude-haiku-4-5',
        micros: 100_000,
        done: n < 6,
        status: n < 6 ? 'complete' : 'error',
      });
      worked(db, 90 + n, { model: 'claude-opus-4-5', micros: 4_000_000 });
    }
    const asked = question(db);
    const run = async (more: Partial<Question>) =>
      (await routeIssue(db, loom, { ...asked, ...more })).decision;
    for (let n = 0; n < 5; n += 1) {
      expect(await run({ random: () => 0 })).toMatchObject({ explored: 0 });
    }
    expect(await run({ explore: 0.05, random: () => 0.04 })).toMatchObject({ explored: 1 });
    expect(await run({ explore: 0.05, random: () => 0.06 })).toMatchObject({ explored: 0 });
    db.run(
      "INSERT INTO budgets(scope, scope_id, limit_micros, stop, created_at) VALUES ('issue', '*', 500000, 1, 1)",
    );
    const within = await run({ strategy: 'best', explore: 1, random: () => 0 });
    expect(within.chosen_model).toBe('claude-haiku-4-5');
    db.run('DELETE FROM budgets');
    writeFileSync(join(loom, 'routing.json'), JSON.stringify({ models: ['claude-opus-4-5'] }));
    expect(await run({})).toMatchObject({ chosen_model: 'claude-opus-4-5' });
    writeFileSync(join(loom, 'routing.json'), JSON.stringify({ weights: { sucess: 1 } }));
    await expect(run({})).rejects.toThrow('routing.json');
  });

  it('is judged by the outcomes', async () => {
    const { db, dir } = project();
    for (let n = 0; n < 12; n += 1) {
      worked(db, n, { at: Date.now() - 40 * DAY });
      worked(db, 50 + n, {
        model: 'claude-haiku-4-5',
        micros: 100_000,
        done: n < 3,
        status: n < 3 ? 'complete' : 'error',
        at: Date.now() - 40 * DAY,
      });
    }
    const at = Date.now() - 20 * DAY;
    const issue = createIssue(db, { title: 'next', type: 'bug' }, ana, at);
    const { decision } = await routeIssue(
      db,
      join(dir, '.loom'),
      question(db, { issue: requireIssue(db, issue.id), now: at }),
    );
    db.run(
      "INSERT INTO sessions(id, agent, source, issue_id, status, started_at, last_seen_at, ended_at) VALUES ('ses-x', 'claude-code', 'test', ?1, 'complete', ?2, ?2, ?2)",
      issue.id,
      at + HOUR,
    );
    db.run(
      "INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, output_tokens, cost_micros, cost_basis) VALUES ('x', 'ses-x', ?1, ?3, ?2, 1, 900000, 'calculated')",
      issue.id,
      at + HOUR,
      decision.chosen_model,
    );
    closeIssue(db, issue.id, 'completed', ana, at + 2 * HOUR, { evidence: 'seen' });
    const { reliability, regret } = judge(db, 0, Date.now());
    expect(reliability).toMatchObject({ decisions: 1 });
    expect(reliability.brier).toBeCloseTo((1 - decision.confidence) ** 2, 10);
    expect(regret).toMatchObject([{ kind: 'bug', decisions: 1 }]);
    expect(regret[0]?.beside['always cheapest']).toBeLessThan(0);
    const said = lm(dir, ['route', 'report']).stdout;
    expect(said).toContain('Outcomes of 1 decisions');
    expect(said).toContain('always cheapest');
    expect(lm(dir, ['route', 'explain', decision.id]).stdout).toContain(
      'Outcome by issue: completed with evidence',
    );
    // The dashboard's page: the same figures, limited to its period.
    const reported = data<Judgement>(lm(dir, ['route', 'report', '--full', '--json']));
    const ask = asker(db, Date.now());
    const { judgement } = await ask<'routing'>('routing?last=90d');
    const { calibration_error, ...same } = reported.reliability;
    expect(judgement.reliability).toEqual({ ...same, calibrationError: calibration_error });
    expect(judgement).toMatchObject({ explored: 0, overridden: 0, contradicting: [] });
    expect(judgement.regret.map(({ kind, decisions }) => [kind, decisions])).toEqual([['bug', 1]]);
    for (const rule of RULES) {
      // Older work has a lower weight with every moment between the two calculations.
      const off = (judgement.regret[0]?.beside[rule] ?? NaN) - (reported.regret[0]?.beside[rule] ?? NaN);
      expect(Math.abs(off)).toBeLessThan(10);
    }
    const before = await ask<'routing'>(`routing?from=${at - DAY}&to=${at}`);
    expect(before.judgement).toMatchObject({ reliability: { decisions: 0, brier: null }, regret: [] });
  });
});

it("can be replayed with exports of a team's members", () => {
  const next = random(3);
  const members = ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'].map((model, member) => {
    const { db, dir } = project();
    for (let n = 0; n < 40; n += 1) {
      const done = next() < 0.9 - 0.25 * member;
      worked(db, 1000 * member + n, { model, done, status: done ? 'complete' : 'error' });
    }
    const file = join(dir, 'export.ndjson');
    expect(lm(dir, ['export', '--out', file]).code).toBe(0);
    return { db, dir, file };
  });
  const [{ dir, file } = { dir: '', file: '' }] = members;
  // A file that is passed twice counts once.
  const files = [...members.map((member) => member.file), file];
  const report = data<ReturnType<typeof replay>>(
    lm(dir, ['route', 'report', '--replay', '--json', '--export', ...files]),
  );
  const works = members.flatMap(({ db }) => history(db, Date.now()));
  expect(report.decisions).toBe(120);
  expect(report.brier).toBeCloseTo(replay(works).brier ?? 0, 3);
  expect(report.calibration_error).toBeLessThan(0.1);
  expect(lm(dir, ['route', 'report', '--export', file])).toMatchObject({ code: 64 });
  writeFileSync(file, '{"table":"issues"}\nnot a record\n');
  expect(lm(dir, ['route', 'report', '--replay', '--export', file])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('export.ndjson:1 is not a record'),
  });
});

describe('in simulated worlds', () => {
  const first = Number(process.env.ROUTING_SEED ?? 1);
  const seeds = [first, first + 1];
  process.stderr.write(`seeds ${seeds.join(', ')}: others with ROUTING_SEED=7\n`);
  for (const world of WORLDS) {
    it(`${world.name}: chances are true from 200 decisions on, and fixed rules lose more`, () => {
      for (const seed of seeds) {
        const { calibration, regret } = play(world, seed, 1000);
        expect([seed, calibration]).toEqual([seed, expect.any(Number)]);
        expect(calibration).toBeLessThan(0.05);
        for (const [rule, lost] of Object.entries(regret).filter(([name]) => name !== 'loom')) {
          expect([seed, rule, lost > (regret.loom ?? 0)]).toEqual([seed, rule, true]);
        }
      }
    });
  }

  it('in a synthetic year, each session is forecast from all others', () => {
    const next = random(first);
    const works = Array.from({ length: 700 }, (_, n): Work => {
      const model = Math.floor(next() * 3);
      const kind = Math.floor(next() * 4);
      return {
        agent: 'claude',
        model: ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'][model] ?? '',
        kind: [`k${kind}`],
        at: (n * 365 * DAY) / 700,
        success: next() < 0.9 - 0.2 * model - 0.05 * kind ? 1 : 0,
        costMicros: 1,
        durationMs: 1,
      };
    });
    const { decisions, calibration_error, brier } = replay(works);
    expect(decisions).toBe(700);
    expect(calibration_error).toBeLessThan(0.05);
    expect(brier).toBeLessThan(0.25);
    expect(calibrationError([{ forecast: 0.9, success: 0 }])).toBeCloseTo(0.9, 10);
  });
});
