import { appendFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Audit, audit } from '../../../packages/loom/src/ingest/audit.js';
import { recordRequests } from '../../../packages/loom/src/ingest/native.js';
import { findTranscripts } from '../../../packages/loom/src/ingest/sources.js';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { data, lm } from '../project.js';
import { type Reading, reading } from './reading.js';
import {
  codexRow,
  line,
  prompt,
  response,
  T0,
  tokenCount,
  toolResult,
  writeClaude,
  writeCodex,
} from './transcripts.js';

/** A project with every kind of session: a session, its subagent, a fork, Codex with a child. */
function full(): Reading & { audit(): Promise<Audit>; session: string } {
  const made = reading({ audited: false });
  const { dir, home } = made;
  const [s, fork] = [
    { sessionId: 's1', cwd: dir },
    { sessionId: 's2', cwd: dir },
  ];
  const side = { ...s, more: { agentId: 'a7', isSidechain: true } };
  const session = writeClaude(home, 'p/s1.jsonl', [
    prompt(s, 'u1', 0),
    response(s, 'm1', 1, { input: 5, output: 1, w5: 7, w1h: 3 }),
    response(s, 'm1', 2, { input: 5, output: 50, w5: 7, w1h: 3 }),
    toolResult(s, 't1', 3),
    response(s, 'm2', 4, { output: 9, speed: 'fast' }),
  ]);
  writeClaude(home, 'p/s1/subagents/agent-a7.jsonl', [response(side, 'm3', 3, { output: 7 })]);
  writeClaude(home, 'p/s2.jsonl', [
    response(fork, 'm1', 2, { input: 5, output: 50, w5: 7, w1h: 3 }),
    response(fork, 'm4', 60, { output: 8 }),
  ]);
  const meta = (id: string, seconds: number, more = {}) =>
    codexRow('session_meta', seconds, { id, cwd: dir, model_provider: 'openai', ...more });
  const counts = [
    codexRow('turn_context', 1, { model: 'gpt-5' }),
    tokenCount(2, { input: 100, cached: 40, output: 9 }, { input: 100, cached: 40, output: 9 }),
  ];
  writeCodex(home, 'rollout-2026-10-01T10-00-00-aaaa.jsonl', [meta('aaaa', 0), ...counts]);
  writeCodex(home, 'rollout-2026-10-01T10-01-00-bbbb.jsonl', [
    meta('bbbb', 60, { forked_from_id: 'aaaa' }),
    ...counts,
    tokenCount(90, { input: 300, cached: 40, output: 19 }, { input: 200, output: 10 }),
  ]);
  return {
    ...made,
    session,
    audit: async () =>
      audit(made.db, {
        loomDir: made.loomDir,
        files: findTranscripts({ CLAUDE_CONFIG_DIR: home, CODEX_HOME: home }).files,
        pricer: await loadPricer(made.loomDir),
        now: Date.now() + 3_600_000,
      }),
  };
}

const REQUEST = {
  sessionId: 's1',
  sequence: '1',
  at: T0 + 2500,
  model: 'claude-sonnet-4-5-20250929',
  dollars: 0.5,
  durationMs: 900,
  input: 5,
  output: 60,
  cacheRead: 0,
  cacheWrite: 10,
  speed: null,
  requestId: 'req_m1',
  agentId: null,
};

it('finds no difference if the transcripts are the only source', async () => {
  const { read, audit, calls } = full();
  await read();
  expect(await audit()).toMatchObject({ differences: [], calls: calls().length });
  expect(calls()).toHaveLength(6);
});

it('explains differences from telemetry, and transcripts that are not read yet', async () => {
  const { read, audit, db, session, dir } = full();
  await read();
  recordRequests(db, [REQUEST]);
  appendFileSync(
    session,
    line([response({ sessionId: 's1', cwd: dir }, 'm9', 99, { output: 1 }, { model: 'x' })]),
  );
  const { differences } = await audit();
  expect(differences.map(({ session, model, reason }) => [session, model, reason])).toEqual([
    ['s1', REQUEST.model, expect.stringContaining('telemetry')],
    ['s1', 'x', expect.stringContaining('not all of its transcript has been read')],
  ]);
  expect(differences[0]?.tokens).toEqual({ output_tokens: { transcripts: 66, recorded: 76 } });
});

it('explains a deleted transcript', async () => {
  const { read, audit, session } = full();
  await read();
  rmSync(session);
  expect((await audit()).differences.filter(({ reason }) => reason === null)).toEqual([]);
});

it('lists unexplained differences, and fails: an extra call, a missing call, other tokens', async () => {
  const { read, audit, db, dir, home } = full();
  await read();
  db.run("UPDATE llm_calls SET output_tokens = 1 WHERE id = 'm4'");
  db.run("DELETE FROM llm_calls WHERE id = 'codex:bbbb:1'");
  const { differences } = await audit();
  expect(differences.map(({ session, calls, reason }) => [session, calls, reason])).toEqual([
    ['bbbb', { transcripts: 1, recorded: 0 }, null],
    ['s2', { transcripts: 1, recorded: 1 }, null],
  ]);
  const env = { CLAUDE_CONFIG_DIR: home, CODEX_HOME: home };
  const ran = lm(dir, ['audit'], env);
  expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('NOT EXPLAINED')]);
  const doctor = lm(dir, ['doctor'], env);
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining('2 differ without a reason')]);
  db.run("UPDATE llm_calls SET output_tokens = 8 WHERE id = 'm4'");
  db.run('DELETE FROM ingest_cursors');
  lm(dir, ['ingest'], env);
  expect(data(lm(dir, ['audit', '--json'], env))).toMatchObject({ differences: [] });
});
