import type { TrendPoint } from '../contract/trend.js';
import { rangeOf } from '../measure/range.js';
import { edgesOf, stepOf } from '../measure/steps.js';
import { callsByModel, callsByTerm } from './calls.js';
import { generationsByModel, generationsByTerm } from './generations.js';
import { addMicros } from './money.js';
import type { View } from './view.js';

/** More lines are hard to distinguish. The rest is added up. */
const KEYS_SHOWN = 9;
const OTHER = 'other';
/** More bars than this are too thin on a phone. */
const MAX_BARS = 45;

type Sums = Omit<TrendPoint, 'at' | 'key'>;

/** The sum of agents' calls and generations of traces. */
export const trend: View<'trend'> = async ({ db, now }, { by, ...time }) => {
  const range = await rangeOf(db, now, time);
  const widthMs = stepOf(range, MAX_BARS);
  const edges = edgesOf(range, widthMs);
  const sums = edges.map(() => new Map<string, Sums>());
  const all =
    by === 'model'
      ? [...(await callsByModel(db, edges)), ...(await generationsByModel(db, edges))]
      : [...(await callsByTerm(db, by, edges)), ...(await generationsByTerm(db, by, edges))];
  for (const { step, key, calls, tokens, cost } of all) {
    const own = sums[step];
    if (own) {
      add(own, key, { micros: cost.micros, tokens, calls, unpriced: cost.unpriced });
    }
  }
  const steps = edges.map(([from]) => from);
  const points = sums.flatMap((own, step) =>
    [...own].map(([key, sum]) => ({ at: steps[step] ?? range.from, key, ...sum })),
  );
  const { keys, shown } = foldKeys(points);
  return { range, by, widthMs, steps, keys, points: shown };
};

function add<Key>(to: Map<Key, Sums>, key: Key, more: Sums): void {
  const known = to.get(key);
  to.set(
    key,
    known
      ? {
          micros: addMicros(known.micros, more.micros),
          tokens: known.tokens + more.tokens,
          calls: known.calls + more.calls,
          unpriced: known.unpriced + more.unpriced,
        }
      : more,
  );
}

/** Largest cost first, then most tokens. Keys after the ninth are added up in each step. */
function foldKeys(points: readonly TrendPoint[]): { keys: string[]; shown: TrendPoint[] } {
  const totals = new Map<string, Sums>();
  for (const { at: _, key, ...sums } of points) {
    add(totals, key, sums);
  }
  const ordered = [...totals.entries()]
    .sort(([, a], [, b]) => (b.micros ?? -1) - (a.micros ?? -1) || b.tokens - a.tokens)
    .map(([key]) => key);
  if (ordered.length <= KEYS_SHOWN) {
    return { keys: ordered, shown: [...points] };
  }
  const kept = new Set(ordered.slice(0, KEYS_SHOWN));
  const others = new Map<number, Sums>();
  for (const { at, key, ...sums } of points) {
    if (!kept.has(key)) {
      add(others, at, sums);
    }
  }
  return {
    keys: [...kept, OTHER],
    shown: [
      ...points.filter((point) => kept.has(point.key)),
      ...[...others].map(([at, sums]) => ({ at, key: OTHER, ...sums })),
    ],
  };
}
