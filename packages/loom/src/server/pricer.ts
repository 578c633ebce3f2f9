import { type PriceCall, pricerOf } from '../prices/price.js';
import { priceAt, RateBook } from '../prices/rates.js';
import { SecondTable, SHIPPED } from '../prices/second-table.js';

/** Prices as of this release. A Worker does not download newer ones. */
export const pricer: PriceCall = pricerOf({
  overrides: new Map(),
  book: new RateBook('bundled', new SecondTable(SHIPPED)),
  priceAt,
});
