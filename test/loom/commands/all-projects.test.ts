import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectOf } from '../../../packages/loom/src/cost/projects.js';
import { spool } from '../../../packages/loom/src/hooks/spool.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { tempDir } from '../../support/folder.js';
import { prompt, response, writeClaude } from '../ingest/transcripts.js';
import { data, lm, project } from '../project.js';

it('all projects: transcripts are read into the Loom of the machine, without a project', () => {
  const dir = tempDir();
  const env = { CLAUDE_CONFIG_DIR: join(dir, 'home'), CODEX_HOME: join(dir, 'none') };
  for (const [id, cwd] of [
    ['a', '/one'],
    ['b', '/two'],
  ] as const) {
    const s = { sessionId: id, cwd };
    writeClaude(env.CLAUDE_CONFIG_DIR, `p/${id}.jsonl`, [
      prompt(s, `u-${id}`, 0),
      response(s, `m-${id}`, 1, { input: 1_000_000 }, { model: id === 'a' ? 'claude-opus-4-8' : 'nobody-1' }),
    ]);
  }
  expect(data(lm(dir, ['ingest', '--all-projects', '--json'], env))).toMatchObject({ calls: 2 });
  expect(data(lm(dir, ['cost', '--all-projects', '--by', 'model', '--json'], env))).toMatchObject({
    total: { calls: 2, cost_micros: 5_000_000, unpriced_calls: 1 },
    unpriced_models: [{ model: 'nobody-1', calls: 1 }],
  });
  const byProject = data<{ rows: { key: string; calls: number }[] }>(
    lm(dir, ['cost', '--all-projects', '--by', 'project', '--json'], env),
  );
  expect(byProject.rows.map(({ key, calls }) => [key, calls])).toEqual([
    ['/one', 1],
    ['/two', 1],
  ]);
  expect(lm(dir, ['cost', '--all-projects'], env).stdout).toContain('not in the sum: nobody-1 (1)');
  expect(lm(dir, ['cost'], env)).toMatchObject({ code: 5 });
});

it('the folders and git worktrees of a project are one project', () => {
  const dir = tempDir();
  for (const folder of ['.git/worktrees/tree', 'packages/web', 'tree/src']) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  writeFileSync(join(dir, 'tree/.git'), `gitdir: ${join(dir, '.git/worktrees/tree')}\n`);
  for (const folder of [dir, join(dir, 'packages/web'), join(dir, 'tree/src'), join(dir, 'gone/since')]) {
    expect(projectOf(folder)).toBe(dir);
  }
});

it('reads continue with a spool and a database that another process has locked, and nothing is lost', () => {
  const { dir, loomDir, db } = project();
  const event = { hook_event_name: 'UserPromptSubmit', session_id: 'cc-1', cwd: dir };
  spool(loomDir, { at: 1000, process: null, issue: null, event });
  const holder = openLoom(loomDir);
  holder.exec('BEGIN IMMEDIATE');
  expect(lm(dir, ['cost', '--json']).code).toBe(0);
  expect(lm(dir, ['budget', 'set', 'day', '5'])).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('is locked by another process.'),
  });
  holder.exec('ROLLBACK');
  holder.close();
  expect(lm(dir, ['session', 'list', '--json']).code).toBe(0);
  expect(db.all('SELECT source_session_id AS id FROM sessions')).toEqual([{ id: 'cc-1' }]);
});

it('prices: a model in any spelling, the source of its price, and what to do without a price', () => {
  const { dir } = project();
  const priceOf = (model: string) =>
    data<{ models: { input: number; source: string }[] }>(lm(dir, ['prices', model, '--json'])).models[0];
  for (const spelling of [
    'claude-sonnet-4-5',
    'claude-sonnet-4-5-20250929',
    'claude-sonnet-4-5@20250929',
    'anthropic/claude-sonnet-4.5',
    'vertex_ai/claude-sonnet-4-5@20250929',
    'claude-sonnet-4-5[1m]',
    'claude-sonnet-4-5-thinking',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ]) {
    expect([spelling, priceOf(spelling)?.input]).toEqual([spelling, 3]);
  }
  // A regional profile has its own price.
  expect(priceOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0')?.input).toBeCloseTo(3.3);
  expect(priceOf('gpt-5')?.source).toMatch(/^\d+\.\d+\.\d+: gpt-5$/);
  expect(lm(dir, ['prices', 'nobody-1'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('.loom/prices.json'),
  });
  mkdirSync(join(dir, '.loom'), { recursive: true });
  writeFileSync(join(dir, '.loom/prices.json'), '{"nobody-1": {"input": 2, "output": 8}}');
  expect(priceOf('nobody-1')).toMatchObject({ input: 2, source: 'prices.json' });
});
