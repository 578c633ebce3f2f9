import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, it, onTestFinished } from 'vitest';
import { bareEnv, LM, project } from '../project.js';

/** The tools of the earlier Loom. */
const NAMES =
  'work create claim release complete cancel spawn ready mine blocked get list summary block unblock route agents session_start session_end checkpoint recover resume formulas formula record_execution repos switch_repo list_all backfill analytics discuss verify_plan update_context get_resume_brief'
    .split(' ')
    .map((name) => `loom_${name}`);

it('lm mcp --compat serves the 34 tools of the earlier Loom, and each one works', async () => {
  const { dir, db } = project();
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [LM, 'mcp', '--compat'],
      cwd: dir,
      env: { ...(bareEnv(dir, {}) as Record<string, string>), LOOM_AGENT: 'claude', LOOM_BACKGROUND: 'off' },
    }),
  );
  onTestFinished(() => client.close());
  expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
  const done = new Set<string>();
  const call = async <T = Record<string, unknown>>(
    name: string,
    args: Record<string, unknown> = {},
  ): Promise<T> => {
    done.add(`loom_${name}`);
    const result = (await client.callTool({ name: `loom_${name}`, arguments: args })) as unknown as {
      content: { text: string }[];
      structuredContent?: { data: T };
      isError?: boolean;
    };
    expect([name, result.isError ? result.content[0]?.text : false]).toEqual([name, false]);
    return result.structuredContent?.data as T;
  };
  const { id } = await call<{ id: string }>('create', { title: 'Login', labels: ['auth'], priority: 'high' });
  expect(db.get('SELECT priority, labels FROM issues WHERE id = ?', id)).toEqual({
    priority: 1,
    labels: '["auth"]',
  });
  const { id: part } = await call<{ id: string }>('spawn', { parent_id: id, title: 'Form' });
  const taken = await call<{ id: string; status: string }>('work', { title: 'At once' });
  expect(taken.status).toBe('in_progress');
  await call('block', { task_id: part, blocked_by: id });
  expect(await call<{ id: string }[]>('blocked')).toMatchObject([{ id: part }]);
  await call('unblock', { task_id: part, blocked_by: id });
  expect(await call('claim', { task_id: id, agent: 'claude' })).toMatchObject({ assignee: 'claude' });
  expect(await call<{ id: string }[]>('mine', { agent: 'claude' })).toHaveLength(2);
  await call('release', { task_id: id });
  expect(await call<{ id: string }[]>('ready', { limit: 10 })).toHaveLength(2);
  expect(await call('get', { task_id: part })).toMatchObject({ title: 'Form' });
  await call('verify_plan', { task_id: part });
  await call('discuss', { task_id: part, message: 'why?' });
  expect(db.get('SELECT text FROM issue_comments')).toEqual({ text: 'why?' });
  expect(await call<unknown[]>('list', { status: 'claimed' })).toHaveLength(1);
  expect(await call<unknown[]>('list_all')).toHaveLength(3);
  const session = await call<{ id: string }>('session_start', { task_id: part, agent: 'claude' });
  await call('checkpoint', { session_id: session.id, summary: 'half', context: { next: ['tests'] } });
  await call('update_context', {
    session_id: session.id,
    files_modified: ['a.ts'],
    test_state: { passed: 1, failed: 0 },
  });
  expect(
    db.all('SELECT context FROM checkpoints ORDER BY seq').map(({ context }) => JSON.parse(String(context))),
  ).toEqual([{ next: ['tests'] }, { files_modified: ['a.ts'], test_state: { passed: 1, failed: 0 } }]);
  expect(JSON.stringify(await call('get_resume_brief', { session_id: session.id }))).toContain('Form');
  await call('session_end', { session_id: session.id, status: 'failed' });
  expect(db.get('SELECT status FROM sessions WHERE id = ?', session.id)).toEqual({ status: 'error' });
  await call('recover');
  await call('resume', { session_id: session.id });
  await call('record_execution', { agent: 'claude', task_id: part, success: true, cost: 0.5 });
  expect(await call<unknown[]>('agents')).toMatchObject([
    { agent: 'claude', outcomes: 1, cost_micros: 500_000 },
  ]);
  db.run(
    "INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, output_tokens, cost_micros, cost_basis) VALUES ('c', ?, ?, 'claude-sonnet-4-5', ?, 1, 5, 'calculated')",
    session.id,
    part,
    Date.now(),
  );
  expect(await call('route', { task_id: part, strategy: 'cheapest' })).toMatchObject({
    chosen_model: 'claude-sonnet-4-5',
  });
  await call('complete', { task_id: id, evidence: 'seen' });
  await call('cancel', { task_id: taken.id });
  for (const name of ['summary', 'formulas', 'repos', 'switch_repo', 'analytics', 'backfill']) {
    await call(name);
  }
  const formula = await client.callTool({ name: 'loom_formula', arguments: { name: 'none' } });
  done.add('loom_formula');
  expect(formula).toMatchObject({ isError: true });
  expect([...done].sort()).toEqual([...NAMES].sort());
});
