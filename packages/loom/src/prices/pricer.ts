import { stableId } from '../ids.js';
import { readOverrides } from './overrides.js';
import { packageVersion } from './package-version.js';
import { type PriceCall, pricerOf } from './price.js';
import { readSecondTable } from './updated-table.js';

export interface Pricer extends PriceCall {
  /** The models in prices.json, and a digest of all prices. */
  readonly own: { readonly models: readonly string[]; readonly digest: string };
}

/**
 * Prices calls with `.loom/prices.json` first, then @pydantic/genai-prices, then the second table. Prices are
 * those of the call's date. If a tier or region has an unknown factor, the price is unknown.
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
