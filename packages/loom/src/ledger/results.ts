import { issueAt } from '../sessions/issue-at.js';
import type { Database } from '../store/database.js';
import { SYNC } from '../sync/queues.js';
import { subtractTokens } from './merge.js';
import { type Tokens, totalOf, type Witness } from './witness.js';

/** Tolerance in ms: a result is written after its last call, and its duration excludes start-up. */
const SLACK_MS = 5_000;

interface Counted {
  readonly model: string;
  readonly at: number;
  readonly cost_micros: number | null;
  readonly tokens: Tokens;
}

/**
 * A result has the sums of one run, by model. Other sources may report all, some or none of its calls. The
 * remaining tokens become one separate call, which is removed when the missing calls arrive.
 */
export function deriveResults(db: Database, sessionId: string): void {
  const results = db
    .all<{ said: string }>(
      "SELECT said FROM call_witnesses WHERE session_id = ? AND source = 'result'",
      sessionId,
    )
    .map(({ said }) => JSON.parse(said) as Witness)
    .sort((a, b) => a.endedAt - b.endedAt);
  if (results.length === 0) {
    return;
  }
  const calls = callsOf(db, sessionId);
  const ends = [...new Set(results.map((result) => result.endedAt))];
  for (const result of results) {
    const before = ends[ends.indexOf(result.endedAt) - 1] ?? Number.NEGATIVE_INFINITY;
    const from = Math.max(result.at - SLACK_MS, before);
    const mine = calls.filter(
      (call) => call.model === result.model && call.at > from && call.at <= result.endedAt,
    );
    const rest = subtractTokens(
      result.tokens,
      mine.map((call) => call.tokens),
    );
    if (totalOf(rest) === 0 && (mine.length > 0 || (result.reportedMicros ?? 0) === 0)) {
      db.run('DELETE FROM llm_calls WHERE id = ?', callId(result));
      continue;
    }
    const known = mine.reduce((sum, call) => sum + (call.cost_micros ?? 0), 0);
    const left = result.reportedMicros === null ? null : Math.max(0, result.reportedMicros - known);
    write(db, result, rest, left);
  }
}

/** The id of a result's call. */
function callId(result: Witness): string {
  return `claude-result:${result.key}`;
}

function callsOf(db: Database, sessionId: string): Counted[] {
  const rows = db.all<Record<string, number> & { model: string; cost_micros: number | null }>(
    `SELECT model, COALESCE(ended_at, started_at) AS at, cost_micros, input_tokens, output_tokens, reasoning_tokens,
       cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens
     FROM llm_calls WHERE session_id = ? AND source IN ('transcript', 'otel')`,
    sessionId,
  );
  return rows.map((row) => ({
    model: row.model,
    at: row.at ?? 0,
    cost_micros: row.cost_micros,
    tokens: {
      input: row.input_tokens ?? 0,
      output: row.output_tokens ?? 0,
      reasoning: row.reasoning_tokens ?? 0,
      cacheRead: row.cache_read_tokens ?? 0,
      cacheWrite5m: row.cache_write_5m_tokens ?? 0,
      cacheWrite1h: row.cache_write_1h_tokens ?? 0,
    },
  }));
}

function write(db: Database, result: Witness, tokens: Tokens, micros: number | null): void {
  db.run(
    `INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, ended_at, input_tokens, output_tokens,
       reasoning_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cost_micros, cost_basis,
       tool_requests, source)
     VALUES (?1, ?2, ${issueAt('?2', '?4')}, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'sdk')
     ON CONFLICT(id) DO UPDATE SET
       sent_tokens = CASE WHEN sync IN (${SYNC.inOutbox}, ${SYNC.sent}) THEN COALESCE(sent_tokens, total_tokens) END,
       input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
       reasoning_tokens = excluded.reasoning_tokens, cache_read_tokens = excluded.cache_read_tokens,
       cache_write_5m_tokens = excluded.cache_write_5m_tokens,
       cache_write_1h_tokens = excluded.cache_write_1h_tokens, cost_micros = excluded.cost_micros,
       cost_basis = excluded.cost_basis
     WHERE input_tokens <> excluded.input_tokens OR output_tokens <> excluded.output_tokens
       OR cost_micros IS NOT excluded.cost_micros OR cache_read_tokens <> excluded.cache_read_tokens
       OR cache_write_5m_tokens <> excluded.cache_write_5m_tokens
       OR cache_write_1h_tokens <> excluded.cache_write_1h_tokens`,
    callId(result),
    result.sessionId,
    result.model,
    result.at,
    result.endedAt,
    tokens.input,
    tokens.output,
    tokens.reasoning,
    tokens.cacheRead,
    tokens.cacheWrite5m,
    tokens.cacheWrite1h,
    micros,
    micros === null ? 'unpriced' : 'reported',
    result.tools && JSON.stringify(result.tools),
  );
}
