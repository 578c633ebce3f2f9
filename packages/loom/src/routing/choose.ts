import type { Estimate } from './estimate.js';

export const STRATEGIES = ['balanced', 'best', 'cheapest', 'fastest'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface Weights {
  /** Value of a success, in micro-dollars. */
  readonly success: number;
  /** Cost of an hour of waiting, in micro-dollars. */
  readonly hour: number;
}

export interface Limits {
  readonly maxCostMicros?: number | undefined;
  readonly maxDurationMs?: number | undefined;
}

export interface Choice {
  readonly chosen: Estimate;
  /** Other candidates, best first according to the strategy. */
  readonly others: readonly Estimate[];
  /** Candidates that a limit excludes, each with the reason. */
  readonly excluded: readonly { readonly estimate: Estimate; readonly why: string }[];
}

const HOUR_MS = 3_600_000;

/** Ranks the candidates with a strategy; undefined if the limits exclude all. Ties keep their order. */
export function choose(
  all: readonly Estimate[],
  strategy: Strategy,
  weights: Weights,
  limits: Limits = {},
): Choice | Pick<Choice, 'excluded'> {
  const excluded = all.flatMap((estimate) => {
    const why = overLimit(estimate, limits);
    return why === undefined ? [] : [{ estimate, why }];
  });
  const out = new Set(excluded.map(({ estimate }) => estimate));
  const value = VALUES[strategy];
  const [chosen, ...others] = all
    .filter((estimate) => !out.has(estimate))
    .map((estimate) => ({ estimate, value: value(estimate, weights) }))
    .sort((a, b) => b.value - a.value)
    .map(({ estimate }) => estimate);
  return chosen ? { chosen, others, excluded } : { excluded };
}

/**
 * Expected value in micro-dollars: chance times the value of a success, minus the cost and the value of the
 * time.
 */
export function expectedValue({ chance, cost, duration }: Estimate, { success, hour }: Weights): number {
  return success * chance[1] - (cost?.[1] ?? 0) - (hour * (duration?.[1] ?? 0)) / HOUR_MS;
}

/** Failed work is repeated, so these are the cost or duration per success. */
const VALUES: Readonly<Record<Strategy, (estimate: Estimate, weights: Weights) => number>> = {
  balanced: expectedValue,
  best: ({ chance }) => chance[1],
  cheapest: ({ chance, cost }) => (cost ? -cost[1] / chance[1] : Number.NEGATIVE_INFINITY),
  fastest: ({ chance, duration }) => (duration ? -duration[1] / chance[1] : Number.NEGATIVE_INFINITY),
};

function overLimit(
  { cost, duration }: Estimate,
  { maxCostMicros, maxDurationMs }: Limits,
): string | undefined {
  if (maxCostMicros !== undefined && !(cost && cost[1] <= maxCostMicros)) {
    return cost ? 'its expected cost is above the limit' : 'its cost is unknown';
  }
  if (maxDurationMs !== undefined && !(duration && duration[1] <= maxDurationMs)) {
    return duration ? 'its expected duration is above the limit' : 'its duration is unknown';
  }
  return undefined;
}
