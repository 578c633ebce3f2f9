import { createRequire } from 'node:module';
import { stableId } from '../ids.js';
import { dollarsToMicros, type Micros } from '../money.js';
import { type ModelPrice, readOverrides } from './overrides.js';

/** Token counts of one call; `input_tokens` without the cached ones. */
export interface PricedTokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
}

export interface Price {
  /** Null when the price is unknown: that is never $0. */
  readonly micros: Micros | null;
  /** Where the price comes from: the version of genai-prices, or `prices.json`. Short, as each call keeps it. */
  readonly version: string | null;
}

export interface PricedCall extends PricedTokens {
  readonly model: string;
  readonly provider: string | null;
  readonly service_tier: string | null;
  readonly started_at: number;
}

export type PriceCall = (call: PricedCall) => Price;

export interface Pricer extends PriceCall {
  /** The models of prices.json, and a digest of it that changes with any price in it. */
  readonly own: { readonly models: readonly string[]; readonly digest: string };
}

/** The `version` of what prices.json says. */
export const OWN_PRICES = 'prices.json';

const UNKNOWN: Price = { micros: null, version: null };
const STANDARD_TIERS: ReadonlySet<string> = new Set(['standard', 'default', 'auto']);

/**
 * Prices calls by `.loom/prices.json` first, then by @pydantic/genai-prices, at the prices of the day they were
 * made. A tier of service other than the standard one is another price, and known only from prices.json.
 */
export async function loadPricer(loomDir: string): Promise<Pricer> {
  const overrides = readOverrides(loomDir);
  const { calcPrice } = await import('@pydantic/genai-prices');
  const version = genaiVersion();
  const price = (call: PricedCall): Price => {
    const tier =
      call.service_tier !== null && !STANDARD_TIERS.has(call.service_tier) ? call.service_tier : null;
    const own = overrides.get(tier ? `${call.model}@${tier}` : call.model);
    if (own) {
      return { micros: dollarsToMicros(dollars(own, call)), version: OWN_PRICES };
    }
    if (tier) {
      return UNKNOWN;
    }
    const { input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } =
      call;
    const cacheWrites = cache_write_5m_tokens + cache_write_1h_tokens;
    const priced = calcPrice(
      {
        // The library counts the cached ones in.
        input_tokens: input_tokens + cache_read_tokens + cacheWrites,
        output_tokens,
        ...(cache_read_tokens > 0 ? { cache_read_tokens } : {}),
        ...(cacheWrites > 0 ? { cache_write_tokens: cacheWrites } : {}),
        ...(cache_write_5m_tokens > 0 ? { cache_write_5m_tokens } : {}),
        ...(cache_write_1h_tokens > 0 ? { cache_write_1h_tokens } : {}),
      },
      call.model,
      { timestamp: new Date(call.started_at), ...(call.provider ? { providerId: call.provider } : {}) },
    );
    return priced ? { micros: dollarsToMicros(priced.total_price), version } : UNKNOWN;
  };
  const own = {
    models: [...new Set([...overrides.keys()].map((name) => name.replace(/@[^@]*$/, '')))],
    digest: stableId(JSON.stringify([...overrides]), 16),
  };
  return Object.assign(price, { own });
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

function genaiVersion(): string {
  try {
    // The package's own package.json is not among its exports, so it is found beside its entry.
    const require = createRequire(import.meta.url);
    const entry = require.resolve('@pydantic/genai-prices');
    return require(entry.replace(/dist[\\/][^\\/]+$/, 'package.json')).version;
  } catch {
    return 'unknown';
  }
}
