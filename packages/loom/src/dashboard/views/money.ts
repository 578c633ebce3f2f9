import type { Money } from '../contract/figures.js';

export const NO_MONEY: Money = { micros: null, reported: 0, calculated: 0, estimated: 0, unpriced: 0 };

/** Sums over rows with `cost_micros` and `cost_basis`: Loom's calls or the generations in traces. */
const MONEY_COLUMNS = `SUM(cost_micros) AS micros,
  COALESCE(SUM(CASE WHEN cost_basis = 'reported' THEN cost_micros END), 0) AS reported,
  COALESCE(SUM(CASE WHEN cost_basis = 'calculated' THEN cost_micros END), 0) AS calculated,
  COALESCE(SUM(CASE WHEN cost_basis = 'estimated' THEN cost_micros END), 0) AS estimated,
  COALESCE(SUM(cost_basis = 'unpriced'), 0) AS unpriced`;

/** Totals of calls: agents' calls or traces' generations. */
export interface CallSum {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: Money;
}

export const NO_CALLS: CallSum = { calls: 0, tokens: 0, cost: NO_MONEY };

/** Columns that {@link sumOf} reads, from the same rows. */
export const SUM_COLUMNS = `COUNT(*) AS calls, COALESCE(SUM(total_tokens), 0) AS tokens, ${MONEY_COLUMNS}`;

/** The same columns from cells `c` of agents' calls (`src/cost/cells.ts`). */
export const CELL_SUMS = `SUM(c.calls) AS calls,
  SUM(c.input_tokens + c.output_tokens + c.cache_read_tokens + c.cache_write_tokens) AS tokens,
  CASE WHEN SUM(c.calls) > SUM(c.unpriced) THEN SUM(c.reported + c.calculated + c.estimated) END AS micros,
  SUM(c.reported) AS reported, SUM(c.calculated) AS calculated, SUM(c.estimated) AS estimated, SUM(c.unpriced) AS unpriced`;

export type SumRow = Money & { readonly calls: number; readonly tokens: number };

export function sumOf(row: SumRow): CallSum {
  return { calls: row.calls, tokens: row.tokens, cost: moneyOf(row) };
}

/** Totals of calls in one step of a period with the same key. */
export interface KeyedSum extends CallSum {
  readonly step: number;
  readonly key: string;
}

export function keyedSum(row: SumRow & { readonly step: number; readonly key: string }): KeyedSum {
  return { step: row.step, key: row.key, ...sumOf(row) };
}

/** The money of a row with {@link MONEY_COLUMNS}, without its other columns. */
function moneyOf({ micros, reported, calculated, estimated, unpriced }: Money): Money {
  return { micros, reported, calculated, estimated, unpriced };
}

export function addMoney(a: Money, b: Money): Money {
  return {
    micros: addMicros(a.micros, b.micros),
    reported: a.reported + b.reported,
    calculated: a.calculated + b.calculated,
    estimated: a.estimated + b.estimated,
    unpriced: a.unpriced + b.unpriced,
  };
}

/** Null is an unknown amount and not 0. It adds nothing, and the sum of two unknown amounts is null. */
export function addMicros(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}
