import { calcPrice } from '@pydantic/genai-prices';
import { type Spelling, spellings } from './model-names.js';
import { isClaude } from './multipliers.js';
import type { SecondTable } from './second-table.js';

/**
 * US dollars per million tokens of one kind. With tiers, the input size selects the price of the whole
 * request.
 */
export interface Rate {
  readonly base: number;
  readonly tiers: readonly { readonly start: number; readonly price: number }[];
}

export interface Rates {
  readonly input: Rate;
  readonly output: Rate;
  readonly cacheRead: Rate;
  readonly cacheWrite: Rate;
  readonly cacheWrite1h: Rate;
  /** US dollars per thousand searches of the provider's own tool; undefined if the table has no price. */
  readonly searches: number | undefined;
  /** The table's name, with `alone` if the table lacks the call's provider. */
  readonly source: string;
  /** The id in the table. */
  readonly id: string;
}

type Table = Record<string, unknown>;

/**
 * Finds the price of a model in @pydantic/genai-prices, then in the second table. Each model is looked up
 * once.
 */
export class RateBook {
  readonly #known = new Map<string, Rates | undefined>();
  readonly #version: string;
  readonly #second: SecondTable;

  /** @param version of @pydantic/genai-prices */
  constructor(version: string, second: SecondTable) {
    this.#version = version;
    this.#second = second;
  }

  /** `at` in Unix ms, because prices change. */
  find(model: string, provider: string | null, at: number): Rates | undefined {
    const day = Math.floor(at / 3_600_000);
    const stable = `${provider}\n${model}`;
    const timed = `${stable}\n${day}`;
    if (this.#known.has(stable)) {
      return this.#known.get(stable);
    }
    if (!this.#known.has(timed)) {
      const found = this.#look(spellings(model, provider), at);
      this.#known.set(found?.changes ? timed : stable, found?.rates);
      return found?.rates;
    }
    return this.#known.get(timed);
  }

  #look(candidates: readonly Spelling[], at: number): { rates: Rates; changes: boolean } | undefined {
    for (const { id, provider, alone } of candidates) {
      const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, id, {
        timestamp: new Date(at),
        ...(provider === undefined ? {} : { providerId: provider }),
      });
      if (found) {
        const changes = Array.isArray(found.model.prices);
        return {
          rates: ratesOf(found.model_price, `${this.#version}${alone ? ' alone' : ''}`, found.model.id),
          changes,
        };
      }
    }
    for (const { id, provider, alone } of candidates) {
      const found = this.#second.find(id, provider);
      if (found) {
        const source = `${this.#second.name}${alone ? ' alone' : ''}`;
        return { rates: ratesOf(found.prices, source, found.id), changes: false };
      }
    }
    return undefined;
  }
}

/** A kind without a price costs the same as the kind that contains it. */
function ratesOf(table: Table, source: string, id: string): Rates {
  const rate = (...names: string[]): Rate => {
    const value = names.map((name) => table[name]).find((candidate) => candidate !== undefined);
    return typeof value === 'number'
      ? { base: value, tiers: [] }
      : ((value as Rate | undefined) ?? { base: 0, tiers: [] });
  };
  const searches = table.web_searches_kcount;
  // Anthropic (docs, "Prompt caching", pricing): a write for an hour costs twice the input on every platform.
  const hour =
    isClaude(id) && table.cache_write_1h_mtok === undefined
      ? scaleRate(rate('input_mtok'), 2)
      : rate('cache_write_1h_mtok', 'cache_write_mtok', 'input_mtok');
  return {
    input: rate('input_mtok'),
    output: rate('output_mtok'),
    cacheRead: rate('cache_read_mtok', 'input_mtok'),
    cacheWrite: rate('cache_write_mtok', 'input_mtok'),
    cacheWrite1h: hour,
    searches: typeof searches === 'number' ? searches : undefined,
    source,
    id,
  };
}

function scaleRate(rate: Rate, factor: number): Rate {
  return {
    base: rate.base * factor,
    tiers: rate.tiers.map(({ start, price }) => ({ start, price: price * factor })),
  };
}

export function priceAt(rate: Rate, inputTokens: number): number {
  return rate.tiers.findLast((tier) => inputTokens > tier.start)?.price ?? rate.base;
}
