import type { PriceCall } from '../../prices/price.js';

export interface PlanOptions {
  /** For generations whose cost was not reported. */
  readonly pricer: PriceCall;
  /** Unix ms. */
  readonly now: number;
  /** Whether a span that comes again just as it was counts as sent twice. If not, nothing is written for it. */
  readonly countAgain: boolean;
  /** The most that a row may have, in bytes. Without it rows are as large as their fields are. */
  readonly maxRowBytes?: number | undefined;
}
