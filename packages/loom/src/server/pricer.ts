import { type PriceCall, pricerOf } from '../prices/price.js';
import { priceAt, RateBook } from '../prices/rates.js';
import { SecondTable, SHIPPED } from '../prices/second-table.js';

/** The prices that this release was built with: a Worker reads no newer ones. */
export const pricer: PriceCall = pricerOf({
  overrides: new Map(),
  book: new RateBook('bundled', new SecondTable(SHIPPED)),
  priceAt,
});
