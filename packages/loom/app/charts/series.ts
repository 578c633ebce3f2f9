import type { Trend } from '../../src/dashboard/contract.js';

export type Metric = 'cost' | 'tokens' | 'calls';

export interface Series {
  readonly key: string;
  /** Its colour: `s0`...`s8`, and `rest` for what was added up. */
  readonly color: string;
  readonly total: number;
  readonly unpriced: number;
  readonly calls: number;
  readonly tokens: number;
  /** null: calls, none of them with a price. */
  readonly micros: number | null;
  /** One for each day. */
  readonly values: readonly number[];
}

const COLORS = 9;
export const REST = 'other';

/** The points of a trend as one row of days for each key. */
export function seriesOf(trend: Trend, metric: Metric): Series[] {
  const dayAt = new Map(trend.days.map((day, at) => [day, at]));
  return trend.keys.map((key, index) => {
    const values = trend.days.map(() => 0);
    let [unpriced, calls, tokens] = [0, 0, 0];
    let micros: number | null = null;
    for (const point of trend.points) {
      const at = point.key === key ? dayAt.get(point.day) : undefined;
      if (at === undefined) continue;
      const value = metric === 'cost' ? (point.micros ?? 0) : point[metric];
      values[at] = (values[at] ?? 0) + value;
      unpriced += point.unpriced;
      calls += point.calls;
      tokens += point.tokens;
      if (point.micros !== null) micros = (micros ?? 0) + point.micros;
    }
    const total = values.reduce((sum, value) => sum + value, 0);
    const color = key === REST || index >= COLORS ? 'rest' : `s${index}`;
    return { key, color, total, unpriced, calls, tokens, micros, values };
  });
}

/** About four round steps from 0 to just above `max`. */
export function ticks(max: number): number[] {
  if (max <= 0) return [0];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power * 10;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, at) => at * step);
}
