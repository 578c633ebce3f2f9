import { NO_TOKENS, type Tokens, totalOf, type Witness } from './witness.js';

/** A call, merged from the reports of all its sources. */
export type MergedCall = Omit<Witness, 'source' | 'key'> & { readonly source: 'otel' | 'transcript' | 'sdk' };

/**
 * Merges the witnesses of one call, in any order. Token totals and dollars come from the agent's event,
 * because transcripts have contained placeholders. Cache lifetimes, tier, place and tools come from the
 * transcript. Session and turn come from the earliest witness. A value that only one witness has is kept.
 */
export function mergeCall(witnesses: readonly [Witness, ...Witness[]]): MergedCall {
  const ordered = [...witnesses].sort(
    (a, b) => a.at - b.at || compare(a.sessionId, b.sessionId) || compare(a.source + a.key, b.source + b.key),
  );
  const first = ordered[0] ?? witnesses[0];
  const event = ordered.find(({ source }) => source === 'event');
  const rows = ordered.filter(({ source }) => source === 'transcript');
  const row = rows.reduce<Witness | undefined>(
    (best, one) => (best && isBetter(best, one) ? best : one),
    undefined,
  );
  const best = event ?? row ?? first;
  const pick = <K extends keyof Witness>(key: K) =>
    row?.[key] ?? event?.[key] ?? ordered.find((one) => one[key] !== null)?.[key] ?? (null as Witness[K]);
  const endedAt = event?.endedAt ?? Math.max(...ordered.map((one) => one.endedAt));
  // The transcript's first row is written when the response starts, not at the time of the request.
  const at =
    event?.durationMs != null ? endedAt - event.durationMs : Math.min(...ordered.map((one) => one.at));
  const home = rows[0] ?? first;
  return {
    source: event ? 'otel' : row ? 'transcript' : 'sdk',
    sessionId: home.sessionId,
    iteration: home.iteration ?? ordered.find((one) => one.iteration !== null)?.iteration ?? null,
    agentId: pick('agentId'),
    provider: pick('provider'),
    model: best.model,
    requestId: pick('requestId'),
    at: Math.min(at, endedAt),
    endedAt,
    durationMs: event?.durationMs ?? null,
    tokens: event && row ? splitCacheWrites(event.tokens, row) : best.tokens,
    writesAreSplit: row ? row.writesAreSplit : best.writesAreSplit,
    tier: pick('tier'),
    geo: pick('geo'),
    tools: pick('tools'),
    reportedMicros: event?.reportedMicros ?? pick('reportedMicros'),
    complete: ordered.some((one) => one.complete),
  };
}

/** The larger of two transcript rows for one call is later, because usage only grows. */
function isBetter(a: Witness, b: Witness): boolean {
  return totalOf(a.tokens) >= totalOf(b.tokens);
}

/** An event has one number for cache writes and none for reasoning. The transcript has separate numbers. */
function splitCacheWrites(counted: Tokens, { tokens }: Witness): Tokens {
  const written = counted.cacheWrite5m + counted.cacheWrite1h;
  const hour = Math.min(tokens.cacheWrite1h, written);
  return {
    ...counted,
    reasoning: Math.min(counted.reasoning || tokens.reasoning, counted.output),
    cacheWrite5m: written - hour,
    cacheWrite1h: hour,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The remaining tokens of a sum after known parts; at least 0. */
export function subtractTokens(whole: Tokens, parts: readonly Tokens[]): Tokens {
  const rest = { ...NO_TOKENS };
  for (const kind of Object.keys(rest) as (keyof Tokens)[]) {
    rest[kind] = Math.max(0, whole[kind] - parts.reduce((sum, part) => sum + part[kind], 0));
  }
  // An event has one number for both.
  const written = (of: Tokens) => of.cacheWrite5m + of.cacheWrite1h;
  const left = Math.max(0, written(whole) - parts.reduce((sum, part) => sum + written(part), 0));
  const hour = Math.min(rest.cacheWrite1h, left);
  return { ...rest, cacheWrite1h: hour, cacheWrite5m: left - hour };
}
