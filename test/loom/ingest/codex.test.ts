import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reading } from './reading.js';
import { codexRow, tokenCount, writeCodex } from './transcripts.js';

const meta = (id: string, cwd: string, seconds: number, more: Record<string, unknown> = {}) =>
  codexRow('session_meta', seconds, { id, cwd, model_provider: 'openai', git: { branch: 'main' }, ...more });
const model = (seconds: number, name: string) => codexRow('turn_context', seconds, { model: name });
const event = (seconds: number, type: string, more: Record<string, unknown> = {}) =>
  codexRow('event_msg', seconds, { type, ...more });

const shown = (call: Record<string, unknown>) => [
  call.model,
  call.input_tokens,
  call.cache_read_tokens,
  call.output_tokens,
  call.reasoning_tokens,
  call.iteration,
];

describe('a Codex rollout', () => {
  it('counts each response once, cached input separately, with the model of its turn', async () => {
    const { dir, home, read, calls, db } = reading();
    writeCodex(home, 'rollout-a.jsonl', [
      meta('a', dir, 0),
      model(1, 'gpt-5.3-codex'),
      event(1, 'task_started', { turn_id: 't1' }),
      tokenCount(
        2,
        { input: 1000, cached: 400, output: 50, reasoning: 20 },
        { input: 1000, cached: 400, output: 50, reasoning: 20 },
      ),
      // The same count again, because of the rate limits.
      tokenCount(
        3,
        { input: 1000, cached: 400, output: 50, reasoning: 20 },
        { input: 1000, cached: 400, output: 50, reasoning: 20 },
      ),
      // No last usage, so the difference of the totals counts.
      tokenCount(4, { input: 3000, cached: 1400, output: 80, reasoning: 20 }),
      event(5, 'token_count', { info: null }),
      event(6, 'task_complete'),
      model(7, 'gpt-5.2'),
      event(7, 'task_started', { turn_id: 't2' }),
      tokenCount(8, { input: 3100, cached: 1400, output: 90, reasoning: 20 }, { input: 100, output: 10 }),
      event(9, 'turn_aborted'),
    ]);
    await read();
    expect(calls().map(shown)).toEqual([
      ['gpt-5.3-codex', 600, 400, 50, 20, 1],
      ['gpt-5.3-codex', 1000, 1000, 30, 0, 1],
      ['gpt-5.2', 100, 0, 10, 0, 2],
    ]);
    expect(db.all('SELECT outcome FROM iterations ORDER BY n').map((row) => row.outcome)).toEqual([
      'complete',
      'aborted',
    ]);
    expect(calls().every((call) => call.cost_basis === 'calculated')).toBe(true);
  });

  it('of a fork or subagent leaves out the rows that repeat its parent', async () => {
    const { dir, home, read, calls, db } = reading();
    writeCodex(home, 'rollout-a.jsonl', [
      meta('a', dir, 0),
      model(1, 'gpt-5.2'),
      tokenCount(2, { input: 100, output: 10 }, { input: 100, output: 10 }),
      tokenCount(3, { input: 250, output: 30 }, { input: 150, output: 20 }),
    ]);
    writeCodex(home, 'rollout-b.jsonl', [
      meta('b', dir, 60, { forked_from_id: 'a' }),
      meta('a', dir, 60),
      model(60, 'gpt-5.2'),
      tokenCount(60, { input: 100, output: 10 }, { input: 100, output: 10 }),
      tokenCount(60, { input: 250, output: 30 }, { input: 150, output: 20 }),
      tokenCount(65, { input: 300, output: 40 }, { input: 50, output: 10 }),
    ]);
    await read();
    expect(calls().map((call) => call.input_tokens)).toEqual([100, 150, 50]);
    expect(
      db.get(
        'SELECT p.source_session_id AS parent FROM sessions s JOIN sessions p ON p.id = s.parent_session_id',
      )?.parent,
    ).toBe('a');
  });

  it('packed later by Codex is the same session, or is reported as unreadable on this Node', async () => {
    const { dir, home, read, calls } = reading();
    const file = writeCodex(home, 'rollout-a.jsonl', [
      meta('a', dir, 0),
      model(1, 'gpt-5.2'),
      tokenCount(2, { input: 100, output: 10 }, { input: 100, output: 10 }),
    ]);
    await read();
    const zlib = process.getBuiltinModule('node:zlib') as { zstdCompressSync?: (data: Buffer) => Buffer };
    const bytes = readFileSync(file);
    rmSync(file);
    writeFileSync(`${file}.zst`, zlib.zstdCompressSync ? zlib.zstdCompressSync(bytes) : bytes);
    const report = await read();
    expect(calls()).toHaveLength(1);
    expect(report.skipped.map((skip) => skip.reason)).toEqual(
      zlib.zstdCompressSync ? [] : ['packed with zstd, which needs Node 22.15 or newer'],
    );
  });

  it('that ends in the middle of a line is continued from there', async () => {
    const { dir, home, read, calls } = reading();
    const file = writeCodex(home, 'rollout-a.jsonl', [meta('a', dir, 0), model(1, 'gpt-5.2')]);
    const next = `${JSON.stringify(tokenCount(2, { input: 100, output: 10 }, { input: 100, output: 10 }))}\n`;
    writeFileSync(file, next.slice(0, 40), { flag: 'a' });
    await read();
    expect(calls()).toEqual([]);
    writeFileSync(file, next.slice(40), { flag: 'a' });
    await read();
    expect(calls().map((call) => call.input_tokens)).toEqual([100]);
  });
});
