import { EXIT, LoomError } from '../errors.js';
import { countOrZero, isRecord } from '../json-values.js';
import { dollarsOrNull, dollarsToMicros } from '../money.js';
import { issueAt } from '../sessions/attribution.js';
import { openSession } from '../sessions/surroundings.js';
import type { Database } from '../store/database.js';

export interface ResultReport {
  readonly session_id: string;
  readonly reported_cost_micros: number | null;
  /** Calls that were made from it, one for each model; none when the session's calls are known from elsewhere. */
  readonly calls: number;
}

/**
 * Records the result that `claude -p --output-format json` (or the Agent SDK) ends with: the session's own total, and,
 * where nothing else tells of its calls, one call for each model.
 */
export function recordResult(
  db: Database,
  text: string,
  around: { cwd: string; env: NodeJS.ProcessEnv; now: number },
): ResultReport {
  const result = readResult(text);
  return db.transaction(() => {
    const session = openSession(
      db,
      {
        agent: 'claude-code',
        source: 'claude-code',
        sourceSessionId: result.session_id,
        cwd: around.cwd,
        startedAt: around.now - result.duration_ms,
      },
      around.env,
      around.now,
    );
    const micros = result.total_cost_usd === null ? null : dollarsToMicros(result.total_cost_usd);
    db.run(
      'UPDATE sessions SET reported_cost_micros = COALESCE(?, reported_cost_micros) WHERE id = ?',
      micros,
      session.id,
    );
    const others = db.get(
      "SELECT 1 FROM llm_calls WHERE session_id = ? AND source <> 'sdk' LIMIT 1",
      session.id,
    );
    const models = others ? [] : result.models;
    for (const model of models) {
      insert(db, session.id, model, around.now - result.duration_ms, around.now);
    }
    return { session_id: session.id, reported_cost_micros: micros, calls: models.length };
  });
}

interface ModelUsage {
  readonly name: string;
  readonly dollars: number | null;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

function insert(db: Database, sessionId: string, model: ModelUsage, from: number, to: number): void {
  db.run(
    `INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, ended_at, input_tokens, output_tokens,
       cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cost_micros, cost_basis, source)
     VALUES (?1, ?2, ${issueAt('?2', '?4')}, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'sdk')
     ON CONFLICT(id) DO NOTHING`,
    `claude-result:${sessionId}:${model.name}`,
    sessionId,
    model.name,
    from,
    to,
    model.input,
    model.output,
    model.cacheRead,
    model.cacheWrite5m,
    model.cacheWrite1h,
    model.dollars === null ? null : dollarsToMicros(model.dollars),
    model.dollars === null ? 'unpriced' : 'reported',
  );
}

interface Result {
  readonly session_id: string;
  readonly duration_ms: number;
  readonly total_cost_usd: number | null;
  readonly models: readonly ModelUsage[];
}

/** The result alone, or the last line of `--output-format stream-json`. */
function readResult(text: string): Result {
  for (const candidate of [text, ...text.trim().split('\n').reverse()]) {
    const parsed = parse(candidate);
    const result = Array.isArray(parsed)
      ? parsed.findLast((one) => isRecord(one) && one.type === 'result')
      : parsed;
    if (isRecord(result) && result.type === 'result' && typeof result.session_id === 'string') {
      return {
        session_id: result.session_id,
        duration_ms: countOrZero(Math.round(Number(result.duration_ms))),
        total_cost_usd: dollarsOrNull(result.total_cost_usd),
        models: Object.entries(isRecord(result.modelUsage) ? result.modelUsage : {}).map(readModel),
      };
    }
  }
  throw new LoomError(
    'That is no result of Claude Code.',
    'Pipe one in: claude -p "..." --output-format json | lm ingest --result -',
    EXIT.usage,
  );
}

function readModel([name, value]: [string, unknown]): ModelUsage {
  const usage = isRecord(value) ? value : {};
  const written = countOrZero(usage.cacheCreationInputTokens);
  const hour = Math.min(countOrZero(usage.cacheCreationEphemeral1hInputTokens), written);
  return {
    name,
    dollars: dollarsOrNull(usage.costUSD),
    input: countOrZero(usage.inputTokens),
    output: countOrZero(usage.outputTokens),
    cacheRead: countOrZero(usage.cacheReadInputTokens),
    cacheWrite5m: written - hour,
    cacheWrite1h: hour,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
