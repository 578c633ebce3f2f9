import type { Latency } from '../contract/figures.js';

const NO_LATENCY: Latency = { p50: null, p90: null, p99: null };

/** Nearest rank: the smallest value that at least this share of all values does not exceed. */
export function latencyOf(durationsUs: Float64Array): Latency {
  if (durationsUs.length === 0) {
    return NO_LATENCY;
  }
  const sorted = durationsUs.slice().sort();
  const at = (share: number) => (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) / 1000;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Reads what `json_group_array(duration_us)` gave; traces that have not ended are null in it. */
export function durationsOf(json: string): Float64Array {
  return Float64Array.from((JSON.parse(json) as (number | null)[]).filter((value) => value !== null));
}
