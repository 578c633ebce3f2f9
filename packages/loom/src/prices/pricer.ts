import { stableId } from '../ids.js';
import { readOverrides } from './overrides.js';
import { packageVersion } from './package-version.js';
import { type PriceCall, pricerOf } from './price.js';
import { readSecondTable } from './updated-table.js';

export interface Pricer extends PriceCall {
  /** The models of prices.json, and a digest of all that calls are priced by. */
  readonly own: { readonly models: readonly string[]; readonly digest: string };
}

/**
 * Prices calls by `.loom/prices.json` first, then by @pydantic/genai-prices, then by the second table, at the prices of
 * the day they were made. A tier or place that changes the price by a factor that is not known leaves it unknown.
 */
export async function loadPricer(loomDir: string): Promise<Pricer> {
  const overrides = readOverrides(loomDir);
  const { RateBook, priceAt } = await import('./rates.js');
  const book = new RateBook(packageVersion('@pydantic/genai-prices'), readSecondTable(loomDir));
  const price = pricerOf({ overrides, book, priceAt });
  const own = {
    models: [...new Set([...overrides.keys()].map((name) => name.replace(/@[^@]*$/, '')))],
    digest: stableId(JSON.stringify([...overrides]), 16),
  };
  return Object.assign(price, { own });
}
