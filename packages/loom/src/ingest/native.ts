import { dollarsToMicros } from '../money.js';
import { issueAt } from '../sessions/attribution.js';
import { touchSession } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import type { Database } from '../store/database.js';
import type { AgentRequest } from './agent-events.js';

/** An agent's clock for its events and the one for its transcript differ by less than this, in ms. */
const SAME_MOMENT_MS = 3_000;
/** With the very same tokens it may be further off. */
const SAME_TOKENS_MS = 60_000;
/** A response is in the transcript up to this long before its event says that it has ended, in ms. */
const BEFORE_FIRST_EVENT_MS = 10_000;

/**
 * Records what the agent itself says of its requests: better than its transcript, whose token counts have been wrong.
 * A request that the transcript has told of already becomes this one; a request is never counted by both.
 */
export function recordRequests(db: Database, requests: readonly AgentRequest[]): number {
  return db.transaction(() => requests.filter((request) => recordRequest(db, request)).length);
}

function recordRequest(db: Database, request: AgentRequest): boolean {
  const session = openSession(
    db,
    {
      agent: 'claude-code',
      source: 'claude-code',
      sourceSessionId: request.sessionId,
      startedAt: request.at - (request.durationMs ?? 0),
    },
    {},
    request.at,
  );
  const id = `claude-otel:${request.sessionId}:${request.sequence}`;
  touchSession(db, session.id, request.at);
  if (db.get('SELECT 1 FROM llm_calls WHERE id = ?1 OR event_id = ?1', id)) {
    return false;
  }
  const micros = request.dollars === null ? null : dollarsToMicros(request.dollars);
  const told = fromTranscript(db, session.id, request);
  if (told !== undefined) {
    db.run(
      `UPDATE llm_calls SET source = 'otel', input_tokens = ?1, output_tokens = ?2, cache_read_tokens = ?3,
         cost_micros = COALESCE(?4, cost_micros), cost_basis = CASE WHEN ?4 IS NULL THEN cost_basis ELSE 'reported' END,
         event_id = ?5, final = 1, duration_ms = ?7 WHERE id = ?6`,
      request.input,
      request.output,
      request.cacheRead,
      micros,
      id,
      told,
      request.durationMs,
    );
    return true;
  }
  db.run(
    `INSERT INTO llm_calls(id, session_id, iteration, issue_id, model, started_at, ended_at, duration_ms,
       input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cost_micros, cost_basis, service_tier, source)
     VALUES (?1, ?2, (SELECT n FROM iterations WHERE session_id = ?2 AND started_at <= ?4 ORDER BY n DESC LIMIT 1),
       ${issueAt('?2', '?4')}, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'otel')`,
    id,
    session.id,
    request.model,
    request.at - (request.durationMs ?? 0),
    request.at,
    request.durationMs,
    request.input,
    request.output,
    request.cacheRead,
    request.cacheWrite,
    micros,
    micros === null ? 'unpriced' : 'reported',
    request.speed === 'standard' ? null : request.speed,
  );
  return true;
}

/** The call of the same request that came by the transcript first: by its tokens, else by model and moment. */
function fromTranscript(db: Database, sessionId: string, request: AgentRequest): string | undefined {
  return db.get<{ id: string }>(
    `SELECT id, (input_tokens = ?3 AND output_tokens = ?4 AND cache_read_tokens = ?5) AS same_tokens FROM llm_calls
     WHERE session_id = ?1 AND source = 'transcript' AND model = ?2
       AND (same_tokens OR ABS(ended_at - ?6) <= ?7) AND ABS(ended_at - ?6) <= ?8
     ORDER BY same_tokens DESC, ABS(ended_at - ?6) LIMIT 1`,
    sessionId,
    request.model,
    request.input,
    request.output,
    request.cacheRead,
    request.at,
    SAME_MOMENT_MS,
    SAME_TOKENS_MS,
  )?.id;
}

/** From when on the agent itself tells of a session's requests, so that its transcript need not; Infinity if never. */
export function firstNative(db: Database, sessionId: string): number {
  const first = db.get<{ at: number | null }>(
    "SELECT MIN(ended_at) AS at FROM llm_calls WHERE session_id = ? AND source IN ('otel', 'sdk')",
    sessionId,
  );
  return first?.at === null || first?.at === undefined
    ? Number.POSITIVE_INFINITY
    : first.at - BEFORE_FIRST_EVENT_MS;
}
