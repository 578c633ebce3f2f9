import type { Money } from '../contract/figures.js';
import type { Measures } from '../contract/measures.js';
import { latencyOf } from './durations.js';

/** Totals of a set of traces. */
export interface Sums {
  requests: number;
  errors: number;
  /** Unix ms of the latest trace. */
  lastAt: number;
  /** Number of durations in each bucket. */
  readonly histogram: Map<number, number>;
  /** Cost of the generations inside, in micro-USD. */
  micros: number;
  /** The part of `micros` that senders reported. */
  reported: number;
  /** Traces with a cost. At 0, `micros` is unknown. */
  priced: number;
  /** Generations without a price. */
  unpriced: number;
}

export function noSums(): Sums {
  return {
    requests: 0,
    errors: 0,
    lastAt: 0,
    histogram: new Map(),
    micros: 0,
    reported: 0,
    priced: 0,
    unpriced: 0,
  };
}

/** Adds the second to the first. */
export function addSums(to: Sums, more: Sums): void {
  to.requests += more.requests;
  to.errors += more.errors;
  to.lastAt = Math.max(to.lastAt, more.lastAt);
  to.micros += more.micros;
  to.reported += more.reported;
  to.priced += more.priced;
  to.unpriced += more.unpriced;
  for (const [bucket, n] of more.histogram) {
    to.histogram.set(bucket, (to.histogram.get(bucket) ?? 0) + n);
  }
}

/** Adds all of them. */
export function sum(all: readonly Sums[]): Sums {
  const total = noSums();
  for (const one of all) {
    addSums(total, one);
  }
  return total;
}

export function measuresOf({ requests, errors, histogram }: Sums): Measures {
  return { requests, errors, latency: latencyOf(histogram) };
}

export function costOf({ micros, reported, priced, unpriced }: Sums): Money {
  return {
    micros: priced > 0 ? micros : null,
    reported,
    calculated: micros - reported,
    estimated: 0,
    unpriced,
  };
}
