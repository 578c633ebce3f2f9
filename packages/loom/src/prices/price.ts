import { dollarsToMicros, type Micros } from '../money.js';
import { hasRegion } from './model-names.js';
import { isClaude, multiplier } from './multipliers.js';
import type { ModelPrice } from './overrides.js';
import type { Rate, RateBook } from './rates.js';

/** Token counts of one call. `input_tokens` excludes cached tokens. */
export interface PricedTokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
}

export interface Price {
  /** Null if the price is unknown. That does not mean $0. */
  readonly micros: Micros | null;
  /**
   * Source of the price: the version of genai-prices, another table, or `prices.json`. It is short, because
   * each call stores it.
   */
  readonly version: string | null;
  /** Why the true cost may be higher; null if it is exact. */
  readonly bound?: string | null;
}

export interface PricedCall extends PricedTokens {
  readonly model: string;
  readonly provider: string | null;
  readonly service_tier: string | null;
  /** Region of the computation, if it is not the default. */
  readonly geo?: string | null;
  /** Requests of the provider's own tools by name. */
  readonly tool_requests?: Readonly<Record<string, number>> | null;
  /** False if the lifetimes of cache writes (5 minutes or an hour) are unknown. */
  readonly writes_are_split?: boolean;
  readonly started_at: number;
}

export type PriceCall = (call: PricedCall) => Price;

/** The `version` of prices from prices.json. */
export const OWN_PRICES = 'prices.json';

const UNKNOWN: Price = { micros: null, version: null, bound: null };
const STANDARD_TIERS: ReadonlySet<string> = new Set(['standard', 'default', 'auto', 'normal']);
/** Anthropic (docs, "Web search tool" and "Web fetch tool"): US dollars for each request. */
const ANTHROPIC_FEES: Readonly<Record<string, number>> = { web_search: 0.01, web_fetch: 0 };

/** Sources of prices. */
export interface Tables {
  readonly overrides: ReadonlyMap<string, ModelPrice>;
  readonly book: Pick<RateBook, 'find'>;
  readonly priceAt: (rate: Rate, tokens: number) => number;
}

export function pricerOf({ overrides, book, priceAt }: Tables): PriceCall {
  return (call: PricedCall): Price => {
    const { service_tier } = call;
    const tier = service_tier !== null && !STANDARD_TIERS.has(service_tier) ? service_tier : null;
    const ownTier = tier === null ? undefined : overrides.get(`${call.model}@${tier}`);
    const factor = multiplier(call.model, ownTier ? null : tier, call.geo ?? null);
    if (factor === undefined) {
      return UNKNOWN;
    }
    const own = ownTier ?? overrides.get(call.model);
    if (own) {
      return reportedPrice(dollars(own, call) * factor, fees(call, undefined), OWN_PRICES, call);
    }
    const rates = book.find(call.model, call.provider, call.started_at);
    if (!rates) {
      return UNKNOWN;
    }
    const inputs =
      call.input_tokens + call.cache_read_tokens + call.cache_write_5m_tokens + call.cache_write_1h_tokens;
    const at = {
      input: priceAt(rates.input, inputs),
      output: priceAt(rates.output, inputs),
      cache_read: priceAt(rates.cacheRead, inputs),
      cache_write_5m: priceAt(rates.cacheWrite, inputs),
      cache_write_1h: priceAt(rates.cacheWrite1h, inputs),
    };
    return reportedPrice(dollars(at, call) * factor, fees(call, rates.searches), rates.source, call);
  };
}

function reportedPrice(dollars: number, fee: Fees, version: string, call: PricedCall): Price {
  const reasons = [
    ...(fee.unknown.length > 0 ? [`fees of ${fee.unknown.join(', ')} are not known`] : []),
    ...(call.writes_are_split === false && call.cache_write_5m_tokens > 0 && isClaude(call.model)
      ? ['the lifetime of cache writes is unknown']
      : []),
    ...(version !== OWN_PRICES && hasRegion(call.model) ? ['the surcharge of its region is unknown'] : []),
  ];
  return {
    micros: dollarsToMicros(dollars + fee.dollars),
    version,
    bound: reasons.length === 0 ? null : reasons.join('; '),
  };
}

interface Fees {
  readonly dollars: number;
  /** Tools with an unknown price per request. */
  readonly unknown: readonly string[];
}

function fees({ model, tool_requests }: PricedCall, searches: number | undefined): Fees {
  let dollars = 0;
  const unknown: string[] = [];
  for (const [tool, requests] of Object.entries(tool_requests ?? {})) {
    const table = tool === 'web_search' && searches !== undefined ? searches / 1000 : undefined;
    const each = table ?? (isClaude(model) ? ANTHROPIC_FEES[tool] : undefined);
    if (each === undefined) {
      unknown.push(tool);
    } else {
      dollars += each * requests;
    }
  }
  return { dollars, unknown };
}

function dollars(price: ModelPrice, call: PricedTokens): number {
  return (
    (price.input * call.input_tokens +
      price.output * call.output_tokens +
      price.cache_read * call.cache_read_tokens +
      price.cache_write_5m * call.cache_write_5m_tokens +
      price.cache_write_1h * call.cache_write_1h_tokens) /
    1e6
  );
}
