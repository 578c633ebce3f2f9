import { type Choice, choose, expectedValue } from '../../../packages/loom/src/routing/choose.js';
import {
  type Candidate,
  type Estimate,
  estimates,
  type Work,
} from '../../../packages/loom/src/routing/estimate.js';

/** A generator of numbers in [0, 1) that is repeatable with the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface World {
  readonly name: string;
  readonly kinds: readonly (readonly string[])[];
  /** How often each kind occurs, in the same order. */
  readonly often: readonly number[];
  readonly models: readonly { model: string; cost: number }[];
  /** The true chance of a model for a kind, at a given part of the time. */
  readonly chance: (model: number, kind: number, through: number) => number;
  /** How often an outcome is recorded wrongly. */
  readonly mislabelled: number;
}

const MODELS = [
  { model: 'claude-opus-4-5', cost: 2_000_000 },
  { model: 'claude-sonnet-4-5', cost: 600_000 },
  { model: 'claude-haiku-4-5', cost: 120_000 },
  { model: 'gpt-5.1-codex', cost: 700_000 },
];
const KINDS = [
  ['bug', 'bug api'],
  ['feature', 'feature api'],
  ['chore', 'chore docs'],
  ['feature', 'feature page'],
];
const TABLE = [
  [0.92, 0.85, 0.99, 0.9],
  [0.8, 0.7, 0.98, 0.55],
  [0.45, 0.25, 0.96, 0.3],
  [0.85, 0.45, 0.9, 0.8],
];
const at = (model: number, kind: number) => TABLE[model]?.[kind] ?? 0.5;

export const WORLDS: readonly World[] = [
  { name: 'steady', kinds: KINDS, often: [4, 3, 3, 2], models: MODELS, chance: at, mislabelled: 0 },
  {
    name: 'drifting quality',
    kinds: KINDS,
    often: [4, 3, 3, 2],
    models: MODELS,
    // One model becomes better, two worse, and the ranking reverses.
    chance: (model, kind, through) =>
      Math.min(0.97, at(model, kind) * (1 + ([-0.3, 0.2, 0, -0.45][model] ?? 0) * through)),
    mislabelled: 0,
  },
  {
    name: 'the cheapest becomes good at everything',
    kinds: KINDS,
    often: [4, 3, 3, 2],
    models: MODELS,
    chance: (model, kind, through) =>
      model === 2 ? at(model, kind) + (0.97 - at(model, kind)) * through : at(model, kind),
    mislabelled: 0,
  },
  {
    name: 'sparse kinds',
    kinds: Array.from({ length: 24 }, (_, n) => [`task${n % 8}`, `task${n % 8} area${n}`]),
    often: Array.from({ length: 24 }, (_, n) => 1 / (1 + n)),
    models: MODELS,
    chance: (model, kind) =>
      Math.min(
        0.97,
        Math.max(
          0.05,
          ([0.9, 0.78, 0.45, 0.7][model] ?? 0) + 0.25 * Math.sin(kind * 2.3) * (model === 0 ? 0.3 : 1),
        ),
      ),
    mislabelled: 0,
  },
  {
    name: 'correlated models',
    kinds: KINDS,
    often: [1, 1, 1, 1],
    models: [
      { model: 'claude-sonnet-4', cost: 620_000 },
      { model: 'claude-sonnet-4-5', cost: 600_000 },
      { model: 'claude-opus-4-1', cost: 2_400_000 },
      { model: 'claude-opus-4-5', cost: 1_500_000 },
      { model: 'claude-haiku-4-5', cost: 150_000 },
    ],
    chance: (model, kind) =>
      Math.min(
        0.98,
        ([0.62, 0.7, 0.8, 0.84, 0.4][model] ?? 0) +
          ([0.1, -0.15, 0.14, -0.05][kind] ?? 0) +
          (model === 4 && kind === 2 ? 0.4 : 0),
      ),
    mislabelled: 0,
  },
  {
    name: 'mislabelled outcomes',
    kinds: KINDS,
    often: [4, 3, 3, 2],
    models: MODELS,
    chance: at,
    mislabelled: 0.06,
  },
];

export interface Played {
  /**
   * For the decisions from the 200th: mean of |forecast - observed| over the bins, weighted by their size.
   */
  readonly calibration: number;
  readonly brier: number;
  /** Dollars lost compared with a perfect choice, over all decisions. */
  readonly regret: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;
/** Value of a success, in micro-dollars. */
const WEIGHTS = { success: 5_000_000, hour: 0 };

/** First a person's choices, then decisions by Loom. Fixed rules are applied to the same work. */
export function play(world: World, seed: number, decisions: number, explore = 0): Played {
  const next = random(seed);
  const works: Work[] = [];
  const pairs: { forecast: number; success: number }[] = [];
  const lost = { loom: 0, 'always best': 0, 'always cheapest': 0, 'earlier rules': 0 };
  const before = 120;
  const candidates: Candidate[] = world.models.map(({ model }) => ({ agent: 'claude', model }));
  for (let n = 0; n < before + decisions; n += 1) {
    const now = n * 0.25 * DAY_MS;
    const through = n / (before + decisions);
    const kindAt = drawn(world.often, next());
    const kind = world.kinds[kindAt] ?? [];
    const truth = world.models.map(({ cost }, model) =>
      truly(WEIGHTS.success, world.chance(model, kindAt, through), cost),
    );
    const best = Math.max(...truth);
    let taken: number;
    if (n < before) {
      taken = Math.floor(next() * world.models.length);
    } else {
      const choice = choose(estimates(works, kind, candidates, now), 'balanced', WEIGHTS) as Choice;
      const explored = next() < explore;
      const others = choice.others;
      const one = explored ? others[Math.floor(next() * others.length)] : choice.chosen;
      taken = world.models.findIndex(({ model }) => model === one?.model);
      lost.loom += best - (truth[taken] ?? 0);
      lost['always best'] += best - (truth[byCost(world, 'dearest')] ?? 0);
      lost['always cheapest'] += best - (truth[byCost(world, 'cheapest')] ?? 0);
      lost['earlier rules'] += best - (truth[earlier(world, kind)] ?? 0);
      const really = next() < world.chance(taken, kindAt, through) ? 1 : 0;
      const success = next() < world.mislabelled ? 1 - really : really;
      if (n >= before + 200) {
        pairs.push({ forecast: one?.chance[1] ?? 0.5, success });
      }
      works.push(work(world, taken, kind, now, success, next));
      continue;
    }
    const really = next() < world.chance(taken, kindAt, through) ? 1 : 0;
    works.push(work(world, taken, kind, now, next() < world.mislabelled ? 1 - really : really, next));
  }
  return {
    calibration: calibrationError(pairs),
    brier: pairs.reduce((sum, { forecast, success }) => sum + (forecast - success) ** 2, 0) / pairs.length,
    regret: Object.fromEntries(Object.entries(lost).map(([name, micros]) => [name, micros / 1e6])),
  };
}

function truly(success: number, chance: number, cost: number): number {
  const known: Estimate = {
    agent: '',
    model: '',
    chance: [chance, chance, chance],
    cost: [cost, cost, cost],
    duration: null,
    own: 0,
    learned: 1,
  };
  return expectedValue(known, { success, hour: 0 });
}

function work(
  world: World,
  model: number,
  kind: readonly string[],
  now: number,
  success: number,
  next: () => number,
): Work {
  const { model: name = '', cost = 0 } = world.models[model] ?? {};
  // Log-normal around the expected cost.
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const costMicros = Math.round(cost * Math.exp(0.5 * normal - 0.125));
  return { agent: 'claude', model: name, kind, at: now, success, costMicros, durationMs: 600_000 };
}

function drawn(weights: readonly number[], at: number): number {
  let left = at * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [n, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) {
      return n;
    }
  }
  return 0;
}

function byCost(world: World, which: 'dearest' | 'cheapest'): number {
  const costs = world.models.map(({ cost }) => cost);
  return costs.indexOf(which === 'dearest' ? Math.max(...costs) : Math.min(...costs));
}

/**
 * The earlier Loom's rules: simple work to the cheapest model, hard work to the most expensive, the rest to
 * the one between.
 */
function earlier(world: World, kind: readonly string[]): number {
  if (kind[0] === 'chore') {
    return byCost(world, 'cheapest');
  }
  if (kind[0] === 'feature') {
    return byCost(world, 'dearest');
  }
  const order = world.models.map(({ cost }, model) => ({ cost, model })).sort((a, b) => a.cost - b.cost);
  return order[Math.floor(order.length / 2)]?.model ?? 0;
}

export function calibrationError(pairs: readonly { forecast: number; success: number }[], bins = 5): number {
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const some = pairs.filter(({ forecast }) => Math.min(bins - 1, Math.floor(forecast * bins)) === bin);
    const off = some.reduce((sum, { forecast, success }) => sum + forecast - success, 0);
    error += Math.abs(off) / pairs.length;
  }
  return error;
}
