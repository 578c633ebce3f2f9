import { costReport } from '../../cost/report.js';
import type { Database } from '../../store/database.js';
import type { TrendPoint } from '../contract.js';
import { NO_TERM } from './atlas.js';
import { type Day, daysOf, lastDays } from './days.js';
import { generationsByModel, generationsByTerm } from './generations.js';
import { addMicros } from './money.js';
import { type View, ViewError } from './view.js';

/** More lines than this can't be told apart; the rest is added up. */
const KEYS_SHOWN = 9;
const OTHER = 'other';

type Sums = Omit<TrendPoint, 'day' | 'key'>;

export const trend: View<'trend'> = ({ db, now }, query) => {
  const by = query.get('by') || 'model';
  if (by !== 'model' && !/^[a-z_]+\.[a-z_]+$/.test(by)) {
    throw new ViewError(400, 'by must be model or an Atlas dimension such as ai_task.type.');
  }
  const days = lastDays(now, daysOf(query));
  const points = days.flatMap((day) =>
    [...sumsOf(db, by, day)].map(([key, sums]) => ({
      day: day.date,
      key,
      ...sums,
    })),
  );
  const { keys, shown } = foldKeys(points);
  return { by, days: days.map((day) => day.date), keys, points: shown };
};

/** Agents' calls and the generations of traces. */
function sumsOf(db: Database, by: string, day: Day): Map<string, Sums> {
  const sums = callSums(db, by, day);
  const generations =
    by === 'model'
      ? generationsByModel(db, day.from, day.until)
      : generationsByTerm(db, by, NO_TERM, day.from, day.until);
  for (const [key, { calls, tokens, cost }] of generations) {
    add(sums, key, { micros: cost.micros, tokens, calls, unpriced: cost.unpriced });
  }
  return sums;
}

function callSums(db: Database, by: string, day: Day): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  const key = by === 'model' ? 'model' : 'atlas';
  for (const row of costReport(db, key, { since: day.from, until: day.until, dimension: by })) {
    if (row.calls > 0) {
      add(sums, row.key, {
        micros: row.cost_micros,
        tokens: row.tokens,
        calls: row.calls,
        unpriced: row.unpriced_calls,
      });
    }
  }
  return sums;
}

function add(to: Map<string, Sums>, key: string, more: Sums): void {
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

/** The largest cost first, then tokens; what comes after the ninth is added up by day. */
function foldKeys(points: readonly TrendPoint[]): { keys: string[]; shown: TrendPoint[] } {
  const totals = new Map<string, Sums>();
  for (const { day: _, key, ...sums } of points) {
    add(totals, key, sums);
  }
  const ordered = [...totals.entries()]
    .sort(([, a], [, b]) => (b.micros ?? -1) - (a.micros ?? -1) || b.tokens - a.tokens)
    .map(([key]) => key);
  if (ordered.length <= KEYS_SHOWN) {
    return { keys: ordered, shown: [...points] };
  }
  const kept = new Set(ordered.slice(0, KEYS_SHOWN));
  const others = new Map<string, Sums>();
  for (const { day, key, ...sums } of points) {
    if (!kept.has(key)) {
      add(others, day, sums);
    }
  }
  return {
    keys: [...kept, OTHER],
    shown: [
      ...points.filter((point) => kept.has(point.key)),
      ...[...others].map(([day, sums]) => ({ day, key: OTHER, ...sums })),
    ],
  };
}
