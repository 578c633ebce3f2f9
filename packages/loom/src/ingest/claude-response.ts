import type { Witness } from '../ledger/witness.js';
import { dollarsToMicros } from '../money.js';
import { type ClaudeResponse, usageOf } from './claude-rows.js';
import { tokensFrom, toolsOf } from './usage.js';

/** A response, as far as its rows have come. */
export interface Held {
  readonly response: ClaudeResponse;
  readonly sessionId: string;
  readonly iteration: number | null;
  readonly agentId: string | null;
  readonly at: number;
  readonly endedAt: number;
}

/** The calls of a response: its own, and what another model, or a compaction, took within the same answer. */
export function witnessesOf(held: Held, complete: boolean): Witness[] {
  const { response, sessionId } = held;
  const usage = usageOf(response.usage);
  const witness: Witness = {
    source: 'transcript',
    key: response.id,
    sessionId,
    iteration: held.iteration,
    agentId: held.agentId,
    provider: null,
    model: response.model,
    requestId: response.requestId,
    at: held.at,
    endedAt: held.endedAt,
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

/** Two rows of one response: it began with the first, and the one with more tokens has the true usage. */
export function larger(before: Held, now: Held): Held {
  const response = now.response.total >= before.response.total ? now.response : before.response;
  const tier = response.tier ?? before.response.tier;
  return { ...before, response: tier === response.tier ? response : { ...response, tier }, endedAt: now.at };
}
