import { NO_TERM, termOf } from '../../cost/terms.js';
import type { Database } from '../../store/database.js';
import type { TrendPoint } from '../contract/trend.js';
import { type Day, lastDays } from './days.js';
import { generationsByModel, generationsByTerm } from './generations.js';
import { addMicros } from './money.js';
import type { View } from './view.js';

/** More lines than this can't be told apart; the rest is added up. */
const KEYS_SHOWN = 9;
const OTHER = 'other';

type Sums = Omit<TrendPoint, 'day' | 'key'>;

export const trend: View<'trend'> = ({ db, now }, { by, days: count }) => {
  const days = lastDays(now, count);
  const calls = callSums(db, by, days);
  const points = days.flatMap((day, at) =>
    [...withGenerations(db, by, day, calls[at])].map(([key, sums]) => ({ day: day.date, key, ...sums })),
  );
  const { keys, shown } = foldKeys(points);
  return { by, days: days.map((day) => day.date), keys, points: shown };
};

function withGenerations(
  db: Database,
  by: string,
  day: Day,
  calls: Map<string, Sums> = new Map(),
): Map<string, Sums> {
  const generations =
    by === 'model'
      ? generationsByModel(db, day.from, day.until)
      : generationsByTerm(db, by, NO_TERM, day.from, day.until);
  for (const [key, { calls: count, tokens, cost }] of generations) {
    add(calls, key, { micros: cost.micros, tokens, calls: count, unpriced: cost.unpriced });
  }
  return calls;
}

type CallRow = Sums & { readonly day: number; readonly key: string };

/** Agents' calls for each of the days, which are handed to SQLite so that it need not find them out for each call. */
function callSums(db: Database, by: string, days: readonly Day[]): Map<string, Sums>[] {
  const sums = days.map(() => new Map<string, Sums>());
  const rows = db.all<CallRow>(
    `SELECT d.key AS day, ${by === 'model' ? 'c.model' : termOf(db, 'llm_call', '?1', by)} AS key, COUNT(*) AS calls,
       SUM(c.cost_micros) AS micros, SUM(c.total_tokens) AS tokens, SUM(c.cost_basis = 'unpriced') AS unpriced
     FROM json_each(?2) d JOIN llm_calls c ON c.started_at >= d.value ->> 0 AND c.started_at < d.value ->> 1
     WHERE ?1 = ?1 GROUP BY 1, 2`,
    by,
    JSON.stringify(days.map(({ from, until }) => [from, until])),
  );
  for (const { day, key, ...sum } of rows) {
    sums[day]?.set(key, sum);
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
