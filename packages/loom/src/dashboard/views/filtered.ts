import type { TraceFilter } from '../contract/filter.js';
import type { Range } from '../contract/range.js';
import type { DimensionFilter } from '../measure/conditions.js';
import { type Count, type Counting, countSeries } from '../measure/count.js';
import { rangeOf } from '../measure/range.js';
import { extraCondition } from './trace-filter.js';
import type { ViewContext } from './view.js';

/** The period of a filter, and the filter in the form that `count` takes. */
export async function filtered(
  { db, now }: ViewContext,
  filter: TraceFilter,
): Promise<{ readonly range: Range } & Pick<Counting, 'filter' | 'also'>> {
  const range = await rangeOf(db, now, filter);
  return { range, filter, also: await extraCondition(db, filter, range) };
}

/** The period of the same length before this one. */
export function spanBefore({ from, to }: Range): Range {
  return { from: from - (to - from), to: from };
}

/** A period, and its counts by all dimensions. */
export interface Counted {
  readonly range: Range;
  readonly filter: DimensionFilter;
  readonly rows: readonly Count[];
}

export async function countedWith(context: ViewContext, params: TraceFilter): Promise<Counted> {
  const { range, filter, also } = await filtered(context, params);
  return {
    range,
    filter,
    rows: await countSeries(context.db, { edges: [[range.from, range.to]], filter, also }),
  };
}
