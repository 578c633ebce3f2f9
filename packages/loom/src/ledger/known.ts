import type { Database } from '../store/database.js';
import type { Witness } from './witness.js';

export interface KnownCall {
  readonly id: string;
  readonly session_id: string;
  readonly source: string;
  readonly total_tokens: number;
  /** Tokens written to the cache. */
  readonly written: number;
  readonly final: number;
  readonly tier: string | null;
  readonly request_id: string | null;
}

/** Start of a query for a call. */
export const KNOWN =
  'SELECT id, session_id, source, total_tokens, cache_write_5m_tokens + cache_write_1h_tokens AS written, final, service_tier AS tier, request_id FROM llm_calls';

/** Maximum difference between the times of an event and its transcript row, in ms. */
const SAME_MOMENT_MS = 3_000;
/** Maximum difference if the tokens are identical, in ms. */
const SAME_TOKENS_MS = 60_000;

/**
 * The other source's call of the same request, if there is no request id: by tokens, then by model and time.
 * Calls with both witnesses, or with ids on both sides, are skipped.
 */
export function sameMoment(
  db: Database,
  told: Witness,
  source: 'otel' | 'transcript',
): KnownCall | undefined {
  return db.get<KnownCall>(
    `${KNOWN} WHERE session_id = ?1 AND source = ?9 AND model = ?2 AND (?10 IS NULL OR request_id IS NULL)
       AND ABS(ended_at - ?6) <= ?8
       AND ((input_tokens = ?3 AND output_tokens = ?4 AND cache_read_tokens = ?5) OR ABS(ended_at - ?6) <= ?7)
       AND NOT EXISTS (SELECT 1 FROM call_witnesses w WHERE w.call_id = llm_calls.id AND w.source = 'transcript')
     ORDER BY (input_tokens = ?3 AND output_tokens = ?4 AND cache_read_tokens = ?5) DESC, ABS(ended_at - ?6) LIMIT 1`,
    told.sessionId,
    told.model,
    told.tokens.input,
    told.tokens.output,
    told.tokens.cacheRead,
    told.endedAt,
    SAME_MOMENT_MS,
    SAME_TOKENS_MS,
    source,
    told.requestId,
  );
}

interface CallRow {
  readonly id: string;
  readonly session_id: string;
  readonly iteration: number | null;
  readonly agent_id: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly event_id: string | null;
  readonly request_id: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly duration_ms: number | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly cost_micros: number | null;
  readonly cost_basis: string;
  readonly service_tier: string | null;
  readonly geo: string | null;
  readonly tool_requests: string | null;
  readonly final: number;
}

/** The witness of a call with one source; undefined for other calls. */
export function witnessOf(db: Database, callId: string, source: 'otel' | 'transcript'): Witness | undefined {
  const row = db.get<CallRow>('SELECT * FROM llm_calls WHERE id = ? AND source = ?', callId, source);
  return (
    row && {
      source: source === 'otel' ? 'event' : 'transcript',
      key: source === 'otel' ? (row.event_id ?? row.id) : row.id,
      sessionId: row.session_id,
      iteration: row.iteration,
      agentId: row.agent_id,
      provider: row.provider,
      model: row.model,
      requestId: row.request_id,
      at: row.started_at,
      endedAt: row.ended_at ?? row.started_at,
      durationMs: row.duration_ms,
      tokens: {
        input: row.input_tokens,
        output: row.output_tokens,
        reasoning: row.reasoning_tokens,
        cacheRead: row.cache_read_tokens,
        cacheWrite5m: row.cache_write_5m_tokens,
        cacheWrite1h: row.cache_write_1h_tokens,
      },
      writesAreSplit: row.cache_write_1h_tokens > 0 || source === 'transcript',
      tier: row.service_tier,
      geo: row.geo,
      tools: row.tool_requests === null ? null : JSON.parse(row.tool_requests),
      reportedMicros: row.cost_basis === 'reported' ? row.cost_micros : null,
      complete: row.final === 1,
    }
  );
}
