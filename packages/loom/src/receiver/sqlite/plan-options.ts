import type { PriceCall } from '../../prices/price.js';

export interface PlanOptions {
  /** For generations whose cost was not reported. */
  readonly pricer: PriceCall;
  /** Unix ms. */
  readonly now: number;
  /** Whether an identical copy of a span counts as sent twice. If not, nothing is written for it. */
  readonly countAgain: boolean;
  /** Maximum size of a row in bytes. Without it, rows are as large as their fields. */
  readonly maxRowBytes?: number | undefined;
}
