import { betaInterval } from './beta.js';
import { familyOf } from './family.js';

/** Completed work: a session on an issue. */
export interface Work {
  readonly agent: string;
  readonly model: string;
  /** From general to special, such as `bug`, `bug api`, `bug api large`. */
  readonly kind: readonly string[];
  /** Unix ms. */
  readonly at: number;
  /** 0 to 1, because evidence may be contradictory; null if unknown. */
  readonly success: number | null;
  readonly costMicros: number | null;
  readonly durationMs: number | null;
}

export interface Candidate {
  readonly agent: string;
  readonly model: string;
  /**
   * Cost from the price table and the typical tokens of such work, if its own cost is unknown; micro-dollars.
   */
  readonly priorCostMicros?: number | undefined;
}

/** Low, expected and high. Nine of ten values are between low and high. */
export type Range = readonly [low: number, expected: number, high: number];

export interface Estimate {
  readonly agent: string;
  readonly model: string;
  readonly chance: Range;
  /** Micro-dollars; null without sessions or prices. */
  readonly cost: Range | null;
  /** In ms; null without sessions. */
  readonly duration: Range | null;
  /** Sessions of this kind by this agent and model whose outcome is known. */
  readonly own: number;
  /** How much of the chance comes from these sessions and those of the family, 0 to 1. The rest is prior. */
  readonly learned: number;
}

export interface Learning {
  /** After this many days, an outcome counts half. */
  readonly halfLifeDays: number;
  /** Prior for a first outcome: [successes, failures]. */
  readonly prior: readonly [number, number];
}

export const LEARNING: Learning = { halfLifeDays: 30, prior: [1, 1] };

const DAY_MS = 86_400_000;
const SHARE = 0.9;
/** Number of own outcomes with the same weight as the level above. */
const STRENGTH = { kind: 6, family: 5, both: 4, model: 4, special: 4 };
/** Weight of an outcome from another version of the family; this version has 1. */
const OTHER_VERSION = 0.5;
/** The same for costs and durations. */
const MEAN_STRENGTH = 3;
/**
 * Standard deviation of the logarithm of costs and durations if there are too few values: a factor of 2.2 up
 * or down.
 */
const SPREAD = 0.8;
/** An upper limit, so that one very short session can't inflate the expected value. */
const MAX_SPREAD = 1.3;

interface Belief {
  readonly mean: number;
  /** Number of pseudo-outcomes behind the mean. */
  readonly count: number;
}

/**
 * Estimates each candidate for work of this kind with a beta-binomial model in levels: other work, this kind
 * by others, this family at other work, the family at this kind, this model at it, the more specific kind.
 * Each level is the prior of the next, so short history relies on the broader level. Each outcome counts only
 * at its most specific level.
 */
export function estimates(
  works: readonly Work[],
  kind: readonly string[],
  candidates: readonly Candidate[],
  now: number,
  learning: Learning = LEARNING,
): Estimate[] {
  const cells = [...cellsOf(works, kind, now, learning).values()];
  const [successes, losses] = learning.prior;
  const root: Belief = { mean: successes / (successes + losses), count: successes + losses };
  return candidates.map((candidate) => {
    const family = familyOf(candidate.model);
    const isOwn = ({ agent, model }: Cell) => agent === candidate.agent && model === candidate.model;
    const own = cells.find(isOwn);
    const relatives = cells.filter((cell) => cell.family === family);
    const strangers = cells.filter((cell) => cell.family !== family);
    const inKind = ({ inKind }: Cell) => inKind[0] ?? NONE;
    const outside = (cell: Cell) => without(cell.all, inKind(cell));
    const half = (pick: (cell: Cell) => Outcomes) => (cell: Cell) =>
      isOwn(cell) ? pick(cell) : scaled(pick(cell), OTHER_VERSION);
    const others = nextBelief(root, added(strangers.map(outside)), Number.POSITIVE_INFINITY);
    const ofKind = nextBelief(others, added(strangers.map(inKind)), STRENGTH.kind);
    const ofFamily = nextBelief(others, added(relatives.map(half(outside))), STRENGTH.family);
    // Kinds differ in difficulty and families in ability. Both are known even for a new pair.
    const both: Belief = {
      mean: expit(logit(ofKind.mean) + logit(ofFamily.mean) - logit(others.mean)),
      count: Math.min(ofKind.count, ofFamily.count),
    };
    const siblings = relatives.filter((cell) => !isOwn(cell));
    const ofBoth = nextBelief(both, added(siblings.map(half(inKind))), STRENGTH.both);
    const levels = own?.inKind ?? [];
    const belief = levels.reduce(
      (above, outcomes, level) =>
        nextBelief(
          above,
          without(outcomes, levels[level + 1] ?? NONE),
          level === 0 ? STRENGTH.model : STRENGTH.special,
        ),
      ofBoth,
    );
    const [low, high] = betaInterval(
      Math.max(MIN_PARAMETER, belief.mean * belief.count),
      Math.max(MIN_PARAMETER, (1 - belief.mean) * belief.count),
      SHARE,
    );
    const evidence = own?.inKind[0]?.total ?? 0;
    return {
      agent: candidate.agent,
      model: candidate.model,
      chance: [low, belief.mean, high],
      cost: range(own?.cost ?? [], candidate.priorCostMicros),
      duration: range(own?.duration ?? [], undefined),
      own: own?.known ?? 0,
      learned: evidence / (evidence + STRENGTH.model),
    };
  });
}

/** Outcomes weighted by age: their number, and the number of successes. */
interface Outcomes {
  readonly total: number;
  readonly successes: number;
}

const NONE: Outcomes = { total: 0, successes: 0 };
/** Pseudo-outcomes of a uniform distribution. */
const MIN_COUNT = 2;
/** Minimum of a Beta's parameters, so that no chance is certain. */
const MIN_PARAMETER = 0.05;

/** Logarithms weighted by age: their number, sum and sum of squares. */
interface Logs {
  count: number;
  sum: number;
  squares: number;
}

/** Results of one agent and model: for all work, then for each level of the kind. */
interface Cell {
  readonly agent: string;
  readonly model: string;
  readonly family: string;
  readonly all: { total: number; successes: number };
  readonly inKind: { total: number; successes: number }[];
  readonly cost: Logs[];
  readonly duration: Logs[];
  /** Outcomes of the kind, not weighted. */
  known: number;
}

/** One pass over all work. */
function cellsOf(
  works: readonly Work[],
  kind: readonly string[],
  now: number,
  { halfLifeDays }: Learning,
): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  const rate = Math.LN2 / halfLifeDays / DAY_MS;
  for (const work of works) {
    const { agent, model, success } = work;
    const key = `${agent} ${model}`;
    const cell = cells.get(key) ?? emptyCell(agent, model, kind.length);
    cells.set(key, cell);
    const weight = Math.exp(-rate * Math.max(0, now - work.at));
    // Levels are nested: after the first different level, no further level is equal.
    let sameLevels = 0;
    while (sameLevels < kind.length && work.kind[sameLevels] === kind[sameLevels]) {
      sameLevels += 1;
    }
    if (success !== null) {
      count(cell.all, success, weight);
      for (const level of cell.inKind.slice(0, sameLevels)) {
        count(level, success, weight);
      }
      cell.known += sameLevels > 0 ? 1 : 0;
    }
    note(cell.cost, work.costMicros, weight, sameLevels);
    note(cell.duration, work.durationMs, weight, sameLevels);
  }
  return cells;
}

function emptyCell(agent: string, model: string, levels: number): Cell {
  const logs = () => Array.from({ length: levels + 1 }, () => ({ count: 0, sum: 0, squares: 0 }));
  return {
    agent,
    model,
    family: familyOf(model),
    all: { total: 0, successes: 0 },
    inKind: Array.from({ length: levels }, () => ({ total: 0, successes: 0 })),
    cost: logs(),
    duration: logs(),
    known: 0,
  };
}

function count(outcomes: { total: number; successes: number }, success: number, weight: number): void {
  outcomes.total += weight;
  outcomes.successes += weight * success;
}

function note(levels: readonly Logs[], value: number | null, weight: number, sameLevels: number): void {
  if (value === null || value <= 0) {
    return;
  }
  const log = Math.log(value);
  for (const level of levels.slice(0, sameLevels + 1)) {
    level.count += weight;
    level.sum += weight * log;
    level.squares += weight * log * log;
  }
}

function added(some: readonly Outcomes[]): Outcomes {
  return {
    total: some.reduce((sum, { total }) => sum + total, 0),
    successes: some.reduce((sum, { successes }) => sum + successes, 0),
  };
}

function scaled({ total, successes }: Outcomes, by: number): Outcomes {
  return { total: total * by, successes: successes * by };
}

function without(outcomes: Outcomes, part: Outcomes): Outcomes {
  return { total: outcomes.total - part.total, successes: outcomes.successes - part.successes };
}

/**
 * The belief one level below: its outcomes, with a prior as strong as the evidence of the level above. The
 * strength has an upper limit, and is at least the initial prior.
 */
function nextBelief(above: Belief, { total, successes }: Outcomes, limit: number): Belief {
  const bounded =
    limit === Number.POSITIVE_INFINITY ? above.count : (above.count * limit) / (above.count + limit);
  const count = Math.max(Math.min(above.count, MIN_COUNT), bounded);
  return { mean: (above.mean * count + successes) / (count + total), count: count + total };
}

/**
 * A log-normal distribution of the same agent's and model's values. General and more specific work both
 * count.
 */
function range(levels: readonly Logs[], prior: number | undefined): Range | null {
  // The prior is a mean, and the median is lower.
  let mean = prior === undefined ? undefined : Math.log(prior) - SPREAD ** 2 / 2;
  let last: Logs | undefined;
  for (const level of levels.filter(({ count }) => count > 0)) {
    mean =
      mean === undefined
        ? level.sum / level.count
        : (MEAN_STRENGTH * mean + level.sum) / (MEAN_STRENGTH + level.count);
    last = level;
  }
  if (mean === undefined) {
    return null;
  }
  const near = levels[1] && levels[1].count > 1 ? levels[1] : levels[0];
  const off = near ? near.squares - 2 * mean * near.sum + mean * mean * near.count : 0;
  const variance = Math.min(
    MAX_SPREAD ** 2,
    (MEAN_STRENGTH * SPREAD ** 2 + Math.max(0, off)) / (MEAN_STRENGTH + (near?.count ?? 0)),
  );
  const sd = Math.sqrt(variance * (1 + 1 / (MEAN_STRENGTH + (last?.count ?? 0))));
  return [
    Math.exp(mean - NINE_OF_TEN * sd),
    Math.exp(mean + variance / 2),
    Math.exp(mean + NINE_OF_TEN * sd),
  ];
}

/** Standard deviations around the mean that contain nine of ten values of a normal distribution. */
const NINE_OF_TEN = 1.6449;

function logit(p: number): number {
  const kept = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(kept / (1 - kept));
}

function expit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
