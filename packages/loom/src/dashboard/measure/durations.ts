import type { Latency } from '../contract/figures.js';

/** Number of durations in each bucket, by the bucket's lower bound in microseconds. */
export type Histogram = ReadonlyMap<number, number>;

/** `trace_hours.bucket` of a trace that has not ended. */
export const NOT_ENDED = -1;

export const NO_LATENCY: Latency = { p50: null, p90: null, p95: null, p99: null };

/**
 * Width of the bucket that begins at this many microseconds. The migration `trace_hours` uses the same steps.
 */
export function bucketWidth(fromUs: number): number {
  return Math.max(1, Math.floor((fromUs * 11) / 250));
}

/**
 * Nearest-rank percentiles: the bucket of the smallest duration that is not exceeded by this share of all.
 * Returns the bucket's middle.
 */
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

const LONGEST_US = 100_000_000_000;
/** Lower bounds of the buckets, the same as in the table `duration_buckets`. */
const BOUNDS: readonly number[] = bounds();

function bounds(): number[] {
  const all = [0];
  for (let from = 0; from < LONGEST_US; ) {
    from += bucketWidth(from);
    all.push(from);
  }
  return all;
}

/** Counts durations in microseconds (null: not ended), the same way as `trace_hours`. */
export function histogramOf(durationsUs: readonly (number | null)[]): Histogram {
  const histogram = new Map<number, number>();
  for (const us of durationsUs) {
    const bucket = us === null ? NOT_ENDED : bucketOf(us);
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
  }
  return histogram;
}

function bucketOf(us: number): number {
  let [low, high] = [0, BOUNDS.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((BOUNDS[middle] ?? 0) <= us) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return BOUNDS[low] ?? 0;
}
