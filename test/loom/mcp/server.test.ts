import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { startSession } from '../../../packages/loom/src/sessions/store.js';
import { bareEnv, LM, project } from '../project.js';

interface Result {
  content: { type: string; text: string }[];
  structuredContent?: { data: unknown };
  isError?: boolean;
}

interface Tools {
  list(): Promise<string[]>;
  call(name: string, args?: Record<string, unknown>): Promise<Result>;
  close(): Promise<void>;
}

const launch = (dir: string, env: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [LM, 'mcp'],
  cwd: dir,
  env: bareEnv(dir, env) as Record<string, string>,
});

async function v1(dir: string, env?: Record<string, string>): Promise<Tools> {
  const client = new ClientV1({ name: 'test', version: '1' });
  await client.connect(new StdioV1(launch(dir, env)));
  return {
    list: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args = {}) => (await client.callTool({ name, arguments: args })) as unknown as Result,
    close: () => client.close(),
  };
}

async function v2(dir: string, env?: Record<string, string>): Promise<Tools> {
  const client = new ClientV2({ name: 'test', version: '1' });
  await client.connect(new StdioV2(launch(dir, env)));
  return {
    list: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args = {}) => (await client.callTool({ name, arguments: args })) as unknown as Result,
    close: () => client.close(),
  };
}

describe.each([
  ['v1', v1],
  ['v2', v2],
])('an agent with an MCP client of SDK %s', (_, connect) => {
  it('claims, saves checkpoints, routes and closes its work, in its own session', async () => {
    const { dir, db } = project();
    const tools = await connect(dir);
    onTestFinished(() => tools.close());
    const run = async <T>(name: string, args?: Record<string, unknown>) => {
      const result = await tools.call(name, args);
      expect([result.isError ?? false, result.content[0]?.type]).toEqual([false, 'text']);
      return result.structuredContent?.data as T;
    };
    expect(await tools.list()).toContain('loom_checkpoint');
    const { id } = await run<{ id: string }>('loom_create', { title: 'Fix login', task: 'verify' });
    const session = await run<{ id: string }>('loom_session_start', { agent: 'helper' });
    await run('loom_claim', { id });
    await run('loom_checkpoint', { summary: 'half way', context: { next: ['test'] } });
    const { id: decision } = await run<{ id: string }>('loom_route_record', { model: 'm', confidence: 0.6 });
    await run('loom_route_outcome', { decision, success: true });
    await run('loom_done', { id, evidence: 'abc' });
    await run('loom_session_end');
    expect(db.get('SELECT agent, issue_id, status FROM sessions WHERE id = ?', session.id)).toMatchObject({
      agent: 'helper',
      issue_id: id,
      status: 'complete',
    });
    expect(db.get('SELECT context FROM checkpoints')?.context).toBe('{"next":["test"]}');
    expect(db.get('SELECT session_id, success FROM routing_decisions')).toMatchObject({
      session_id: session.id,
      success: 1,
    });
    expect(await run<unknown[]>('loom_ready')).toEqual([]);
  });

  it('gets a recommended agent and model for an issue, with the evidence, and the decision is recorded', async () => {
    const { dir, db } = project();
    const day = 86_400_000;
    const at = Date.now() - 10 * day;
    for (const [model, cost] of Object.entries({ 'claude-sonnet-4-5': 900_000, 'gpt-5': 400_000 })) {
      for (let n = 0; n < 12; n += 1) {
        const key = `${model}-${n}`;
        db.run(
          "INSERT INTO issues(id, title, type, status, evidence, created_at, updated_at, closed_at) VALUES (?1, ?1, 'bug', 'completed', 'commit 1234567', ?2, ?2, ?2)",
          `lm-${key}`,
          at,
        );
        db.run(
          "INSERT INTO sessions(id, agent, source, issue_id, status, started_at, last_seen_at, ended_at) VALUES (?1, 'codex', 'test', ?2, 'complete', ?3, ?3, ?3)",
          `ses-${key}`,
          `lm-${key}`,
          at,
        );
        db.run(
          "INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, output_tokens, cost_micros, cost_basis) VALUES (?1, ?2, ?3, ?4, ?5, 100, ?6, 'calculated')",
          key,
          `ses-${key}`,
          `lm-${key}`,
          model,
          at,
          cost,
        );
      }
    }
    const tools = await connect(dir);
    onTestFinished(() => tools.close());
    const run = async (name: string, args: Record<string, unknown>) => {
      const result = await tools.call(name, args);
      expect([result.isError ?? false, result.content[0]?.text]).toEqual([false, expect.any(String)]);
      return result.structuredContent?.data as Record<string, unknown>;
    };
    const { id } = await run('loom_create', { title: 'next', type: 'bug' });
    const answer = await run('loom_route', { id, among: ['gpt-5'], maxCost: '5' });
    expect(answer).toMatchObject({ chosen_agent: 'codex', chosen_model: 'gpt-5' });
    expect(db.get('SELECT issue_id, chosen_model, strategy FROM routing_decisions')).toEqual({
      issue_id: id,
      chosen_model: 'gpt-5',
      strategy: 'lm balanced',
    });
    const refused = await tools.call('loom_route', { id, maxCost: '0.01' });
    expect([refused.isError, refused.content[0]?.text]).toEqual([true, expect.stringContaining('limit')]);
    expect(db.get('SELECT COUNT(*) AS n FROM routing_decisions')).toEqual({ n: 1 });
  });

  it('gets an error with the next step as a tool error', async () => {
    const { dir } = project();
    const tools = await connect(dir);
    onTestFinished(() => tools.close());
    const result = await tools.call('loom_claim', { id: 'lm-absent' });
    expect([result.isError, result.content[0]?.text]).toEqual([
      true,
      'There is no issue "lm-absent".\nRun `lm list --all` to see them.',
    ]);
  });

  it('has its claims to itself, even if another agent has the same name and neither has a session', async () => {
    const { dir } = project();
    const [one, two] = await Promise.all([connect(dir), connect(dir)]);
    onTestFinished(async () => {
      await one.close();
      await two.close();
    });
    const made = await one.call('loom_create', { title: 'x' });
    const { id } = (made.structuredContent as { data: { id: string } }).data;
    const claims = await Promise.all([one, two].map((tools) => tools.call('loom_claim', { id })));
    expect(claims.filter((claim) => claim.isError)).toHaveLength(1);
    const [winner, loser] = claims[0]?.isError ? [two, one] : [one, two];
    expect((await winner.call('loom_claim', { id })).isError ?? false).toBe(false);
    await winner.call('loom_release', { id });
    expect((await loser.call('loom_claim', { id })).isError ?? false).toBe(false);
    expect((await winner.call('loom_claim', { id })).isError).toBe(true);
  });

  it('keeps its session when it ends another one, and gets errors of the database', async () => {
    const { dir, db } = project();
    const other = startSession(db, { agent: 'x', source: 'manual', startedAt: 1 });
    const tools = await connect(dir);
    onTestFinished(() => tools.close());
    const own = await tools.call('loom_session_start', { agent: 'helper' });
    await tools.call('loom_session_end', { session: other.id });
    const made = await tools.call('loom_checkpoint', { summary: 'here' });
    const { id } = (own.structuredContent as { data: { id: string } }).data;
    expect(made.structuredContent).toMatchObject({ data: { session_id: id } });
    db.exec(
      "CREATE TRIGGER full BEFORE INSERT ON issues BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    const failed = await tools.call('loom_create', { title: 'x' });
    expect([failed.isError, failed.content[0]?.text]).toEqual([
      true,
      expect.stringContaining('Free some space'),
    ]);
  });

  it('is traced with our own runtime if there are keys', async () => {
    const { dir } = project();
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const tools = await connect(dir, {
      LANGFUSE_PUBLIC_KEY: 'pk',
      LANGFUSE_SECRET_KEY: 'sk',
      LANGFUSE_BASE_URL: receiver.url,
    });
    await tools.call('loom_ready', { limit: 5 });
    await tools.close();
    await receiver.waitForTraces(2);
    const trace = receiver.traces().find(({ name }) => name === 'loom:loom_ready');
    expect(trace).toMatchObject({
      input: { limit: 5 },
      metadata: { 'touchpoint.mcp_server': 'loom', 'ai_task.type': 'extract' },
    });
  });
});
