import type { Witness } from '../ledger/witness.js';
import { dollarsToMicros } from '../money.js';
import { type ClaudeResponse, usageOf } from './claude-rows.js';
import { tokensFrom, toolsOf } from './usage.js';

/** A response, merged from its rows so far. */
export interface PartialResponse {
  readonly response: ClaudeResponse;
  readonly sessionId: string;
  readonly iteration: number | null;
  readonly agentId: string | null;
  readonly at: number;
  readonly endedAt: number;
}

/** The calls of a response: its own, and those of another model or a compaction within it. */
export function witnessesOf(partial: PartialResponse, complete: boolean): Witness[] {
  const { response, sessionId } = partial;
  const usage = usageOf(response.usage);
  const witness: Witness = {
    source: 'transcript',
    key: response.id,
    sessionId,
    iteration: partial.iteration,
    agentId: partial.agentId,
    provider: null,
    model: response.model,
    requestId: response.requestId,
    at: partial.at,
    endedAt: partial.endedAt,
    durationMs: null,
    tokens: usage.tokens,
    writesAreSplit: usage.writesAreSplit,
    tier: response.tier,
    geo: response.geo,
    tools: toolsOf(usage.kinds),
    reportedMicros: response.reportedDollars === null ? null : dollarsToMicros(response.reportedDollars),
    complete,
  };
  const others = usage.others.map(({ model, type, kinds }, index) => ({
    ...witness,
    key: `${witness.key}:${type}:${index}`,
    model: model ?? witness.model,
    requestId: null,
    tokens: tokensFrom(kinds),
    writesAreSplit: kinds.cache_write === undefined,
    tools: toolsOf(kinds),
    reportedMicros: null,
    complete: true,
  }));
  return [witness, ...others];
}

/**
 * Merges two rows of one response: it started with the first, and the row with more tokens has the correct
 * usage.
 */
export function mergeRows(before: PartialResponse, now: PartialResponse): PartialResponse {
  const response = now.response.total >= before.response.total ? now.response : before.response;
  const tier = response.tier ?? before.response.tier;
  return { ...before, response: tier === response.tier ? response : { ...response, tier }, endedAt: now.at };
}
