import { EXIT, LoomError } from '../errors.js';
import { stableId } from '../ids.js';
import { countOrZero, isRecord, jsonOrUndefined, textOrNull } from '../json-values.js';
import { Ledger } from '../ledger/calls.js';
import { deriveStale } from '../ledger/derive.js';
import { markStale } from '../ledger/stale.js';
import type { Witness } from '../ledger/witness.js';
import { dollarsOrNull, dollarsToMicros } from '../money.js';
import { modelName } from '../prices/model-names.js';
import { ENDED_BY } from '../sessions/session.js';
import { endSession } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import type { Database } from '../store/database.js';
import { tokensOf, toolsOf } from './usage.js';

export interface ResultReport {
  readonly session_id: string;
  /** Sums of all results of the session. */
  readonly reported_cost_micros: number | null;
  /** Calls that represent it, one for each model; 0 if the calls of the run are known from other sources. */
  readonly calls: number;
  /** False if the same result was already recorded. */
  readonly recorded: boolean;
}

/**
 * Records the result at the end of `claude -p --output-format json` (or of the Agent SDK). Each has its own
 * id and reports one run. Tokens that are not part of the run's known calls are recorded as one call for each
 * model.
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
        sourceSessionId: result.sessionId,
        cwd: around.cwd,
        startedAt: around.now - result.durationMs,
      },
      around.env,
      around.now,
    );
    const ledger = new Ledger(db, () => ({ micros: null, version: null, bound: null }));
    const known = db.get(
      "SELECT 1 FROM call_witnesses WHERE source = 'result' AND session_id = ? AND source_key GLOB ?",
      session.id,
      `${result.id}:*`,
    );
    const micros = result.dollars === null ? null : dollarsToMicros(result.dollars);
    if (!known) {
      for (const model of result.models) {
        const witness = witnessOf(result, model, session.id, around.now);
        ledger.keep(`claude-result:${witness.key}`, witness);
      }
      db.run(
        `UPDATE sessions SET reported_cost_micros = CASE WHEN ?1 IS NULL THEN reported_cost_micros
           ELSE COALESCE(reported_cost_micros, 0) + ?1 END WHERE id = ?2`,
        micros,
        session.id,
      );
      // A hook or the transcript may correct this later, if the session continues.
      if (session.status === 'running' && session.pid === null) {
        endSession(db, session.id, result.failed ? 'error' : 'complete', ENDED_BY.result, around.now);
      }
      markStale(db, session.id);
      deriveStale(db);
    }
    const { calls, reported } = db.get<{ calls: number; reported: number | null }>(
      `SELECT (SELECT COUNT(*) FROM llm_calls WHERE session_id = ?1 AND source = 'sdk' AND id GLOB ?2) AS calls,
         reported_cost_micros AS reported FROM sessions WHERE id = ?1`,
      session.id,
      `claude-result:${result.id}:*`,
    ) ?? { calls: 0, reported: micros };
    return { session_id: result.sessionId, reported_cost_micros: reported, calls, recorded: !known };
  });
}

interface Result {
  readonly id: string;
  readonly sessionId: string;
  readonly durationMs: number;
  readonly dollars: number | null;
  readonly failed: boolean;
  readonly models: readonly [name: string, usage: unknown][];
}

function witnessOf(
  result: Result,
  [name, usage]: [string, unknown],
  sessionId: string,
  now: number,
): Witness {
  const model = modelName(name);
  const { tokens, writesAreSplit, kinds } = tokensOf(usage);
  const dollars = dollarsOrNull(isRecord(usage) ? usage.costUSD : undefined);
  return {
    source: 'result',
    key: `${result.id}:${model}`,
    sessionId,
    iteration: null,
    agentId: null,
    provider: null,
    model,
    requestId: null,
    at: now - result.durationMs,
    endedAt: now,
    durationMs: result.durationMs,
    tokens,
    writesAreSplit,
    tier: null,
    geo: null,
    tools: toolsOf(kinds),
    reportedMicros: dollars === null ? null : dollarsToMicros(dollars),
    complete: true,
  };
}

/** The result alone, or the last line of `--output-format stream-json`. */
function readResult(text: string): Result {
  for (const candidate of [text, ...text.trim().split('\n').reverse()]) {
    const parsed = jsonOrUndefined(candidate);
    const result = Array.isArray(parsed)
      ? parsed.findLast((one) => isRecord(one) && one.type === 'result')
      : parsed;
    if (isRecord(result) && result.type === 'result' && typeof result.session_id === 'string') {
      return {
        // Old versions have no id. Then the same text is the same result.
        id: textOrNull(result.uuid)?.replaceAll(/[*?[\]]/g, '') ?? stableId(JSON.stringify(result), 32),
        sessionId: result.session_id,
        durationMs: countOrZero(Math.round(Number(result.duration_ms))),
        dollars: dollarsOrNull(result.total_cost_usd),
        failed: result.is_error === true,
        models: Object.entries(isRecord(result.modelUsage) ? result.modelUsage : {}),
      };
    }
  }
  throw new LoomError(
    'This is not a result of Claude Code.',
    'Pipe one: claude -p "..." --output-format json | lm ingest --result -',
    EXIT.usage,
  );
}
