import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { seed } from '../dashboard/seed.js';
import { bareEnv, LM, project } from '../project.js';

async function connected(env: Record<string, string> = {}) {
  const { dir, db } = project();
  seed(db, { traces: 300, calls: 20, now: Date.now() });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [LM, 'mcp'],
      cwd: dir,
      env: bareEnv(dir, env) as Record<string, string>,
    }),
  );
  onTestFinished(() => client.close());
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const result = await client.callTool({ name, arguments: args });
    const [content] = result.content as { type: string; text: string }[];
    return {
      isError: result.isError ?? false,
      text: content?.text ?? '',
      ...(result.structuredContent as { untrusted?: boolean; data?: never }),
    };
  };
  return { client, db, call };
}

interface Page {
  readonly rows: readonly { readonly id: string; readonly failed: boolean }[];
  readonly next: string | null;
}

it('an agent lists the tools for traces, all of them read-only', async () => {
  const { client } = await connected();
  const { tools } = await client.listTools();
  for (const name of ['loom_traces', 'loom_trace', 'loom_tools', 'loom_errors', 'loom_cost']) {
    const tool = tools.find((one) => one.name === name);
    expect([name, tool?.annotations?.readOnlyHint]).toEqual([name, true]);
  }
  const { properties } = tools.find(({ name }) => name === 'loom_traces')?.inputSchema ?? {};
  expect(Object.keys(properties ?? {})).toEqual(
    expect.arrayContaining(['tool', 'errorType', 'client', 'last', 'q', 'before']),
  );
});

it('reads every failed call by page, each answer marked as untrusted', async () => {
  const { call, db } = await connected();
  const seen: string[] = [];
  for (let before: string | null = ''; before !== null; ) {
    const answer = await call('loom_traces', { status: 'error', limit: 5, ...(before ? { before } : {}) });
    expect([answer.isError, answer.untrusted]).toEqual([false, true]);
    expect(answer.text).toMatch(/^Untrusted data, /);
    const page = answer.data as unknown as Page;
    expect(page.rows.length).toBeLessThanOrEqual(5);
    seen.push(...page.rows.map(({ id }) => id));
    before = page.next;
  }
  const failed = db.all<{ id: string }>('SELECT id FROM traces WHERE errors > 0').map(({ id }) => id);
  expect(new Set(seen)).toEqual(new Set(failed));
  const [id = ''] = seen;
  const one = await call('loom_trace', { id: id.slice(0, 12) });
  expect(one.data).toMatchObject({ row: { id, failed: true } });
  const groups = (await call('loom_errors', { last: '90d' })).data as unknown as { total: number };
  expect(groups.total).toBe(failed.length);
  const tools = (await call('loom_tools', { last: '90d' })).data as unknown as { rows: { calls: number }[] };
  expect(tools.rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(300);
  expect(await call('loom_cost', { by: 'model' })).toMatchObject({ isError: false, data: expect.anything() });
});

it('shortens long values and marks them', async () => {
  const { call, db } = await connected();
  const id = String(db.get('SELECT id FROM traces LIMIT 1')?.id);
  db.run(
    'UPDATE observations SET output = ? WHERE trace_id = ?',
    JSON.stringify({ text: 'x'.repeat(50_000) }),
    id,
  );
  const answer = await call('loom_trace', { id });
  expect(answer.text).toContain('(cut: 50000 characters)');
  expect(answer.text.length).toBeLessThan(20_000);
});

it('gets an error for an invalid query', async () => {
  const { call } = await connected();
  expect(await call('loom_trace', { id: 'nothing' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('There is no trace "nothing".'),
  });
  const limit = await call('loom_traces', { limit: 5000 }).catch((error: Error) => ({
    isError: true,
    text: error.message,
  }));
  expect(limit.isError).toBe(true);
});

it('reads a trace and a session as resources, and has a prompt to explain a failed call', async () => {
  const { client, db } = await connected();
  const trace = db.get<{ id: string; session_id: string }>(
    'SELECT id, session_id FROM traces WHERE errors > 0 AND session_id IS NOT NULL LIMIT 1',
  );
  const { resourceTemplates } = await client.listResourceTemplates();
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate).sort()).toEqual([
    'loom://mcp-sessions/{id}',
    'loom://traces/{id}',
  ]);
  const read = async (uri: string) => {
    const { contents } = await client.readResource({ uri });
    return JSON.parse((contents[0] as { text: string }).text) as { untrusted: string; data: unknown };
  };
  expect(await read(`loom://traces/${trace?.id}`)).toMatchObject({
    untrusted: expect.any(String),
    data: { row: { id: trace?.id } },
  });
  expect(await read(`loom://mcp-sessions/${trace?.session_id}`)).toMatchObject({
    data: { row: { id: trace?.session_id } },
  });
  const prompt = await client.getPrompt({
    name: 'why_did_this_call_fail',
    arguments: { trace: trace?.id ?? '' },
  });
  expect(JSON.stringify(prompt.messages)).toContain(trace?.id);
});

it('is traced itself if there are keys: resources, prompts and rejected requests', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const { client, db } = await connected({
    LANGFUSE_PUBLIC_KEY: 'pk-lf-test',
    LANGFUSE_SECRET_KEY: 'sk-lf-test',
    LANGFUSE_BASE_URL: receiver.url,
  });
  const id = String(db.get('SELECT id FROM traces LIMIT 1')?.id);
  await client.readResource({ uri: `loom://traces/${id}` });
  await client.readResource({ uri: 'loom://traces/nothing' }).catch(() => {});
  await client.getPrompt({ name: 'why_did_this_call_fail', arguments: { trace: id } });
  await client.callTool({ name: 'loom_trace', arguments: { id: 'nothing' } });
  await client.close();
  const said = receiver.traces().map(({ level, metadata }) => [metadata['mcp.method.name'], level]);
  expect(said).toEqual(
    expect.arrayContaining([
      ['resources/read', 'DEFAULT'],
      ['resources/read', 'ERROR'],
      ['prompts/get', 'DEFAULT'],
      ['tools/call', 'ERROR'],
    ]),
  );
});
