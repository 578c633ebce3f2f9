import { Ledger } from '../ledger/calls.js';
import { deriveStale } from '../ledger/derive.js';
import { KNOWN, type KnownCall, sameMoment } from '../ledger/known.js';
import type { Witness } from '../ledger/witness.js';
import { dollarsToMicros } from '../money.js';
import { modelName } from '../prices/model-names.js';
import type { PriceCall } from '../prices/price.js';
import { touchSession } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import type { Database } from '../store/database.js';
import type { AgentRequest } from './agent-events.js';

/** Without a pricer, the next ingest sets the prices of calls that have none. */
const NO_PRICES: PriceCall = () => ({ micros: null, version: null, bound: null });

/**
 * Records the requests that the agent itself reported. Each is matched with the transcript's row of the same
 * request by the provider's id. Data from only one of the two is kept. Returns the number of new events.
 */
export function recordRequests(
  db: Database,
  requests: readonly AgentRequest[],
  price: PriceCall = NO_PRICES,
): number {
  return db.transaction(() => {
    const ledger = new Ledger(db, price);
    const added = requests.filter((request) => recordRequest(db, ledger, request)).length;
    ledger.flush();
    deriveStale(db);
    return added;
  });
}

function recordRequest(db: Database, ledger: Ledger, request: AgentRequest): boolean {
  const startedAt = request.at - (request.durationMs ?? 0);
  const session = openSession(
    db,
    { agent: 'claude-code', source: 'claude-code', sourceSessionId: request.sessionId, startedAt },
    {},
    request.at,
  );
  touchSession(db, session.id, request.at);
  const numbered = `claude-otel:${request.sessionId}:${request.sequence}`;
  // Older releases stored events with this id.
  if (db.get('SELECT 1 FROM llm_calls WHERE id = ?1 OR event_id = ?1', numbered)) {
    return false;
  }
  const event: Witness = {
    source: 'event',
    key: request.requestId === null ? numbered : `claude-request:${request.requestId}`,
    sessionId: session.id,
    iteration: null,
    agentId: request.agentId,
    provider: null,
    model: modelName(request.model),
    requestId: request.requestId,
    at: startedAt,
    endedAt: request.at,
    durationMs: request.durationMs,
    tokens: {
      input: request.input,
      output: request.output,
      reasoning: 0,
      cacheRead: request.cacheRead,
      cacheWrite5m: request.cacheWrite,
      cacheWrite1h: 0,
    },
    writesAreSplit: request.cacheWrite === 0,
    tier: request.speed,
    geo: null,
    tools: null,
    reportedMicros: request.dollars === null ? null : dollarsToMicros(request.dollars),
    complete: true,
  };
  return ledger.take(event, knownCall(db, event));
}

function knownCall(db: Database, event: Witness): KnownCall | undefined {
  const keyed =
    event.requestId === null
      ? undefined
      : db.get<KnownCall>(`${KNOWN} WHERE request_id = ? LIMIT 1`, event.requestId);
  return keyed ?? sameMoment(db, event, 'transcript');
}
