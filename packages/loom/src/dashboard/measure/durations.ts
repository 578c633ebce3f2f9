import type { Latency } from '../contract/figures.js';

/** How many durations lie in each bucket, by its lower bound in microseconds. */
export type Histogram = ReadonlyMap<number, number>;

/** `trace_hours.bucket` of a trace that has not ended. */
export const NOT_ENDED = -1;

export const NO_LATENCY: Latency = { p50: null, p90: null, p95: null, p99: null };

/** Width of the bucket that begins at this many microseconds: the steps of migration `trace_hours`. */
export function bucketWidth(fromUs: number): number {
  return Math.max(1, Math.floor((fromUs * 11) / 250));
}

/** Nearest rank: the bucket of the smallest duration that at least this share of all does not exceed, by its middle. */
export function latencyOf(histogram: Histogram): Latency {
  const buckets = [...histogram].filter(([bucket]) => bucket !== NOT_ENDED).sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) {
    return NO_LATENCY;
  }
  const at = (share: number): number => {
    let left = Math.ceil(share * total);
    for (const [bucket, n] of buckets) {
      left -= n;
      if (left <= 0) {
        return middleMs(bucket);
      }
    }
    return middleMs(buckets.at(-1)?.[0] ?? 0);
  };
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** A bucket of one microsecond holds that duration exactly. */
function middleMs(fromUs: number): number {
  const width = bucketWidth(fromUs);
  return (width === 1 ? fromUs : fromUs + width / 2) / 1000;
}
