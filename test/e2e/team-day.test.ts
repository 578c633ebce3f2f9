import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLoom } from '../../packages/loom/src/store/open.js';
import { data, lmStarted } from '../loom/project.js';
import { d1Api, migratedD1 } from '../loom/remote/d1-api.js';
import { tempDir } from '../support/folder.js';

interface Issue {
  readonly id: string;
  readonly status: string;
  readonly assignee: string | null;
}

it('a day of two people and three agents on two machines', async () => {
  const api = await d1Api(migratedD1().dir);
  const machine = (env: Record<string, string>) => {
    const dir = tempDir();
    const as =
      (agent: string) =>
      (...args: string[]) =>
        lmStarted(dir, args, { ...api.env, ...env, LOOM_AGENT: agent });
    return { dir, as };
  };
  const laptop = machine({});
  const desktop = machine({});
  const [ana, claude, codex] = ['ana', 'claude', 'codex'].map(laptop.as) as [Lm, Lm, Lm];
  const [ben, gemini] = ['ben', 'gemini'].map(desktop.as) as [Lm, Lm];
  const json = async <T>(run: Promise<Awaited<ReturnType<Lm>>>) => data<T>(await run);
  const sync = async () => {
    for (const lm of [ana, ben, ana, ben]) {
      expect(await lm('remote', 'sync')).toMatchObject({ code: 0 });
    }
  };
  for (const dir of [laptop.dir, desktop.dir]) {
    mkdirSync(join(dir, '.git'));
  }

  // Morning: ana plans, ben takes it over.
  await ana('init');
  await ben('init');
  const make = async (...args: string[]) => (await json<Issue>(ana('create', ...args, '--json'))).id;
  const epic = await make('Refunds', '--type', 'epic');
  const api1 = await make('Refund API', '--parent', epic, '-p', '1');
  const page = await make('Refund page', '--parent', epic, '--blocked-by', api1);
  const docs = await make('Docs', '-d', 'first draft');
  await ana('budget', 'set', 'day', '10');
  await ana('remote', 'push');
  expect(await json(ben('remote', 'pull', '--json'))).toMatchObject({ clock_ahead_ms: 0 });
  expect((await json<Issue[]>(ben('ready', '--json'))).map(({ id }) => id).sort()).toEqual(
    [api1, docs, epic].sort(),
  );

  // Two agents want one issue. D1 gives it to the first, and shows the second who has it.
  expect(await json<Issue>(claude('claim', api1, '--json'))).toMatchObject({ assignee: 'claude' });
  const refused = await gemini('claim', api1);
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`${api1} is claimed by claude`) });
  expect(await json<Issue>(gemini('claim', docs, '--json'))).toMatchObject({ assignee: 'gemini' });

  // They work, and the cost is counted on the issue of each agent.
  const spend = async (dir: string, lm: Lm, agent: string, issue: string, micros: readonly number[]) => {
    const { id } = await json<{ id: string }>(
      lm('session', 'start', '--agent', agent, '--issue', issue, '--json'),
    );
    const db = openLoom(join(dir, '.loom'));
    for (const [n, cost] of micros.entries()) {
      db.run(
        `INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, output_tokens, cost_micros, cost_basis)
         VALUES (?, ?, ?, 'm', ?, 100, ?, 'calculated')`,
        `${id}-${n}`,
        id,
        issue,
        Date.now(),
        cost,
      );
    }
    db.close();
    return id;
  };
  const first = await spend(laptop.dir, claude, 'claude', api1, [1_250_000, 250_000]);
  const second = await spend(desktop.dir, gemini, 'gemini', docs, [2_000_000]);

  // Both people edit the same text at the same time.
  await ana('edit', docs, '-d', 'ana: for customers');
  await ben('edit', docs, '-d', 'ben: for operators');
  await sync();
  const texts = await Promise.all(
    [ana, ben].map(
      async (lm) =>
        await json<{ description: string; lost: { value: string }[] }>(lm('show', docs, '--json')),
    ),
  );
  for (const { description, lost } of texts) {
    expect(description).toBe('ben: for operators');
    expect(lost.map(({ value }) => value)).toContain('ana: for customers');
  }
  expect((await ana('remote', 'log')).stdout).toContain(`${docs}: two edits of description met`);

  // Afternoon: claude passes the issue to codex, which reads the checkpoint and finishes.
  await claude('session', 'handoff', 'codex', '-m', 'endpoint works, tests are red', '--session', first);
  expect((await codex('prime', '--issue', api1)).stdout).toContain('endpoint works, tests are red');
  await codex('start', api1);
  await spend(laptop.dir, codex, 'codex', api1, [500_000]);
  expect(await json(codex('done', api1, '-e', 'commit 1234567', '--json'))).toMatchObject({
    freed: [{ id: page, status: 'pending' }],
  });
  await gemini('session', 'end', second);
  await ben('budget', 'remove', 'day');
  await ben('comment', epic, 'half of it is done');
  await sync();

  // Evening: the machines have the same figures, to the cent.
  const [here, there] = await Promise.all(
    [ana, ben].map(async (lm) => ({
      issues: (await json<Issue[]>(lm('list', '--all', '--json'))).map(({ id, status, assignee }) => ({
        id,
        status,
        assignee,
      })),
      cost: (
        await json<{ rows: { key: string; calls: number; cost_micros: number }[] }>(
          lm('cost', '--by', 'issue', '--json'),
        )
      ).rows.map(({ key, calls, cost_micros }) => ({ key, calls, cost_micros })),
      comments: await json<{ comments: { text: string }[] }>(lm('show', epic, '--json')).then(
        ({ comments }) => comments.map(({ text }) => text),
      ),
      budgets: (await lm('budget', 'status')).stdout,
    })),
  );
  expect(there).toEqual(here);
  expect(here).toMatchObject({
    cost: [
      { key: expect.any(String), calls: expect.any(Number), cost_micros: 2_000_000 },
      { key: expect.any(String), calls: expect.any(Number), cost_micros: 2_000_000 },
    ],
    comments: ['half of it is done'],
  });
  expect(here?.cost.map(({ key, calls }) => [key, calls]).sort()).toEqual(
    [
      [api1, 3],
      [docs, 1],
    ].sort(),
  );
  const state = new Map(here?.issues.map(({ id, status }) => [id, status]));
  expect([epic, api1, page, docs].map((id) => state.get(id))).toEqual([
    'pending',
    'completed',
    'pending',
    'in_progress',
  ]);
  expect(here?.budgets).not.toContain('$10.00');
  // There is nothing more to sync.
  expect(await json(ana('remote', 'sync', '--json'))).toMatchObject({
    pull: { rows: 0, notes: [] },
    push: { rows: 0, notes: [] },
  });
}, 300_000);

type Lm = (...args: string[]) => ReturnType<typeof lmStarted>;
