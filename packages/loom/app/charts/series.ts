import type { Trend } from '../../src/dashboard/contract/trend.js';
import { dollars, priced, short } from '../format.js';

export type Metric = 'cost' | 'tokens' | 'calls';

export interface Series {
  readonly key: string;
  /** `s0`...`s8`, or `rest` for the keys that were added up. */
  readonly color: string;
  readonly total: number;
  /** Calls without a price, in total and in each step. */
  readonly unpriced: number;
  readonly unpricedIn: readonly number[];
  readonly calls: number;
  readonly tokens: number;
  /** Null if no call has a price. */
  readonly micros: number | null;
  /** One value for each step; null without calls, or without a price. */
  readonly values: readonly (number | null)[];
}

const COLORS = 9;
export const REST = 'other';

/** Turns the points of a trend into one series for each key. */
export function seriesOf(trend: Trend, metric: Metric): Series[] {
  const places = new Map(trend.steps.map((start, at) => [start, at]));
  return trend.keys.map((key, index) => {
    const values: (number | null)[] = trend.steps.map(() => null);
    const unpricedIn = trend.steps.map(() => 0);
    let [unpriced, calls, tokens] = [0, 0, 0];
    let micros: number | null = null;
    for (const point of trend.points) {
      const at = point.key === key ? places.get(point.at) : undefined;
      if (at === undefined) continue;
      const value = metric === 'cost' ? point.micros : point[metric];
      if (value !== null) values[at] = (values[at] ?? 0) + value;
      unpriced += point.unpriced;
      unpricedIn[at] = (unpricedIn[at] ?? 0) + point.unpriced;
      calls += point.calls;
      tokens += point.tokens;
      if (point.micros !== null) micros = (micros ?? 0) + point.micros;
    }
    const total = known(values) ?? 0;
    const color = key === REST || index >= COLORS ? 'rest' : `s${index}`;
    return { key, color, total, unpriced, unpricedIn, calls, tokens, micros, values };
  });
}

/** The sum of the known values; null if there are no known values. */
export function known(values: readonly (number | null | undefined)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (value === null || value === undefined ? sum : (sum ?? 0) + value),
    null,
  );
}

export function formatOf(metric: Metric): (value: number) => string {
  return metric === 'cost' ? dollars : short;
}

/** A sum as text. An unknown cost is never shown as $0. */
export function figure(metric: Metric, value: number | null, unpriced: number): string {
  if (metric === 'cost') return priced(value, unpriced);
  return value === null ? '–' : short(value);
}

/** The total of a step. */
export function stepFigure(series: readonly Series[], metric: Metric, at: number): string {
  const unpriced = series.reduce((sum, { unpricedIn }) => sum + (unpricedIn[at] ?? 0), 0);
  return figure(metric, known(series.map(({ values }) => values[at])), unpriced);
}

/** About four round steps from 0 to just above `max`. */
export function ticks(max: number): number[] {
  if (max <= 0) return [0];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power * 10;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, at) => at * step);
}
