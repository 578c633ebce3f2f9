import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Agent } from '../../../packages/loom/src/ingest/agents/entry.js';
import { ingest } from '../../../packages/loom/src/ingest/run.js';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { loadDriver } from '../../../packages/loom/src/store/driver.js';
import { project } from '../project.js';
import { at, line, T0 } from './transcripts.js';

/**
 * The data that each agent writes for one session: a prompt, a request with all its kinds of tokens, a tool.
 */
const WRITE: Record<Exclude<Agent, 'claude-code' | 'codex'>, (dir: string) => string> = {
  'gemini-cli': (dir) => {
    const folder = join(dir, 'gemini/tmp/p');
    put(join(folder, '.project_root'), dir);
    const tokens = { input: 100, output: 20, cached: 40, thoughts: 7, tool: 3, total: 130 };
    const message = { id: 'm1', timestamp: at(2), type: 'gemini', model: 'gemini-2.5-pro', tokens };
    return put(
      join(folder, 'chats/session-1.jsonl'),
      line([
        { sessionId: 's', projectHash: 'h', startTime: at(0), kind: 'main' },
        { id: 'u1', timestamp: at(1), type: 'user', content: 'go' },
        message,
        {
          $set: {
            messages: [{ ...message, toolCalls: [{ id: 't1', name: 'write_file', status: 'success' }] }],
          },
        },
      ]),
    );
  },
  'qwen-code': (dir) => {
    const base = { sessionId: 's', cwd: dir, gitBranch: 'main' };
    const usageMetadata = {
      promptTokenCount: 100,
      candidatesTokenCount: 20,
      cachedContentTokenCount: 40,
      thoughtsTokenCount: 7,
      totalTokenCount: 127,
    };
    const functionCall = { id: 't1', name: 'write_file', args: {} };
    return put(
      join(dir, 'qwen/chats/s.jsonl'),
      line([
        { ...base, uuid: 'u1', timestamp: at(1), type: 'user' },
        {
          ...base,
          uuid: 'm1',
          timestamp: at(2),
          type: 'assistant',
          model: 'gemini-2.5-flash',
          message: { parts: [{ functionCall }] },
          usageMetadata,
        },
        {
          ...base,
          uuid: 'r1',
          timestamp: at(3),
          type: 'tool_result',
          toolCallResult: { callId: 't1', status: 'success' },
        },
      ]),
    );
  },
  pi: (dir) => {
    const usage = {
      input: 60,
      output: 27,
      cacheRead: 40,
      cacheWrite: 5,
      totalTokens: 132,
      cost: { total: 0.25 },
    };
    const content = [{ type: 'toolCall', id: 't1', name: 'write', arguments: { path: 'a' } }];
    const message = { role: 'assistant', model: 'claude-haiku-4-5', provider: 'anthropic', content, usage };
    return put(
      join(dir, 'pi/sessions/x/1_s.jsonl'),
      line([
        { type: 'session', id: 's', timestamp: at(0), cwd: dir },
        { type: 'message', id: 'u1', timestamp: at(1), message: { role: 'user' } },
        { type: 'message', id: 'm1', timestamp: at(2), message },
        { type: 'message', id: 'r1', timestamp: at(3), message: { role: 'toolResult', toolCallId: 't1' } },
      ]),
    );
  },
  amp: (dir) =>
    put(
      join(dir, 'amp/threads/T-s.json'),
      JSON.stringify({
        id: 's',
        created: T0,
        env: { initial: { trees: [{ uri: `file://${dir}` }] } },
        messages: [
          {
            role: 'assistant',
            messageId: 1,
            usage: { cacheReadInputTokens: 40, cacheCreationInputTokens: 5 },
          },
        ],
        usageLedger: {
          events: [
            {
              id: 'e1',
              timestamp: at(2),
              model: 'claude-haiku-4-5',
              tokens: { input: 60, output: 27 },
              toMessageId: 1,
            },
          ],
        },
      }),
    ),
  'copilot-cli': (dir) =>
    put(
      join(dir, 'copilot/session-state/s/events.jsonl'),
      line([
        { type: 'session.start', id: '1', timestamp: at(0), data: { sessionId: 's', context: { cwd: dir } } },
        { type: 'user.message', id: '2', timestamp: at(1), data: {} },
        {
          type: 'tool.execution_start',
          id: '3',
          timestamp: at(2),
          data: { toolCallId: 't1', toolName: 'edit' },
        },
        {
          type: 'tool.execution_complete',
          id: '4',
          timestamp: at(3),
          data: { toolCallId: 't1', success: true },
        },
        {
          type: 'session.shutdown',
          id: '5',
          timestamp: at(9),
          data: {
            modelMetrics: {
              'claude-haiku-4.5': {
                usage: { inputTokens: 105, outputTokens: 27, cacheReadTokens: 40, cacheWriteTokens: 5 },
              },
            },
          },
        },
      ]),
    ),
  opencode: (dir) => {
    const path = join(dir, 'opencode/opencode.db');
    mkdirSync(dirname(path), { recursive: true });
    const db = loadDriver().open(path);
    const tokens = { input: 60, output: 20, reasoning: 7, cache: { read: 40, write: 5 } };
    const answer = {
      role: 'assistant',
      modelID: 'claude-haiku-4-5',
      providerID: 'anthropic',
      path: { cwd: dir },
      cost: 0,
      tokens,
      time: { created: T0 + 2000, completed: T0 + 5000 },
    };
    const part = {
      type: 'tool',
      callID: 't1',
      tool: 'write',
      state: { status: 'completed', time: { end: T0 + 4000 } },
    };
    db.exec(`
      CREATE TABLE session (id TEXT, parent_id TEXT, directory TEXT, title TEXT);
      CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
      CREATE TABLE part (id TEXT, message_id TEXT, data TEXT);
      INSERT INTO session VALUES ('s', NULL, '${dir}', 'A title');
      INSERT INTO message VALUES ('u1', 's', 1, 1, '${JSON.stringify({ role: 'user', time: { created: T0 } })}'),
        ('m1', 's', 2, 2, '${JSON.stringify(answer)}');
      INSERT INTO part VALUES ('p1', 'm1', '${JSON.stringify(part)}');
    `);
    db.close();
    return path;
  },
};

/** Input, output with reasoning, reasoning, cache read, cache written; turns; successful tools. */
const RIGHT: Record<keyof typeof WRITE, readonly number[]> = {
  'gemini-cli': [63, 27, 7, 40, 0, 1, 1],
  'qwen-code': [60, 27, 7, 40, 0, 1, 1],
  pi: [60, 27, 0, 40, 5, 1, 1],
  amp: [60, 27, 0, 40, 5, 0, 0],
  'copilot-cli': [60, 27, 0, 40, 5, 1, 1],
  opencode: [60, 27, 7, 40, 5, 1, 1],
};

function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

it.each(Object.keys(WRITE) as (keyof typeof WRITE)[])(
  '%s: each request once, with all its kinds',
  async (agent) => {
    const { dir, db, loomDir } = project();
    const files = [{ agent, path: WRITE[agent](dir) }];
    const pricer = await loadPricer(loomDir);
    for (let time = 0; time < 2; time += 1) {
      ingest(db, { loomDir, files, pricer, now: T0 + 86_400_000 });
      db.run("UPDATE ingest_cursors SET size = 0, head_hash = ''");
    }
    const calls = db.all(
      `SELECT input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_5m_tokens,
       (SELECT COUNT(*) FROM iterations) AS turns, (SELECT COUNT(*) FROM tool_calls WHERE ok = 1) AS tools FROM llm_calls`,
    );
    expect(calls.map((call) => Object.values(call))).toEqual([RIGHT[agent]]);
    expect(db.all('SELECT agent, source_session_id AS id, cwd, status FROM sessions')).toEqual([
      { agent, id: 's', cwd: dir, status: 'complete' },
    ]);
    const [{ cost_micros, cost_basis } = {}] = db.all('SELECT cost_micros, cost_basis FROM llm_calls');
    expect(cost_basis).toBe(agent === 'pi' ? 'reported' : 'calculated');
    expect(cost_micros).toBeGreaterThan(0);
  },
);

it('logs of other folders are skipped and counted', async () => {
  const { dir, db, loomDir } = project();
  const files = [{ agent: 'pi' as const, path: WRITE.pi(dir) }];
  writeFileSync(
    files[0]?.path ?? '',
    line([
      { type: 'session', id: 's', timestamp: at(0), cwd: '/' },
      {
        type: 'message',
        id: 'u1',
        timestamp: at(1),
        message: { role: 'user' },
      },
    ]),
  );
  const report = ingest(db, { loomDir, files, pricer: await loadPricer(loomDir), now: T0 });
  expect([report.leftOut, db.all('SELECT 1 FROM sessions')]).toEqual([{ foreign: 1, gone: 0 }, []]);
});
