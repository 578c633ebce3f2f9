import type { Micros } from '../money.js';
import type { PriceCall, PricedCall } from '../prices/price.js';
import type { MergedCall } from './merge.js';

export interface Cost {
  /** Null if the price is unknown. */
  readonly micros: Micros | null;
  readonly basis: 'reported' | 'calculated' | 'unpriced';
  readonly version: string | null;
  /** Why the true cost may be higher. */
  readonly bound: string | null;
}

/** Cost of a call: reported, or from the price tables. */
export function costOf(price: PriceCall, call: Omit<MergedCall, 'source'>): Cost {
  if (call.reportedMicros !== null) {
    return { micros: call.reportedMicros, basis: 'reported', version: null, bound: null };
  }
  const { micros, version, bound } = price(pricedCall(call));
  return { micros, basis: micros === null ? 'unpriced' : 'calculated', version, bound: bound ?? null };
}

function pricedCall(call: Omit<MergedCall, 'source'>): PricedCall {
  return {
    model: call.model,
    provider: call.provider,
    service_tier: call.tier,
    geo: call.geo,
    tool_requests: call.tools,
    writes_are_split: call.writesAreSplit,
    started_at: call.at,
    input_tokens: call.tokens.input,
    output_tokens: call.tokens.output,
    cache_read_tokens: call.tokens.cacheRead,
    cache_write_5m_tokens: call.tokens.cacheWrite5m,
    cache_write_1h_tokens: call.tokens.cacheWrite1h,
  };
}
