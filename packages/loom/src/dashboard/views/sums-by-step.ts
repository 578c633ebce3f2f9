import type { Sql } from '../../store/sql.js';
import type { KeptDays } from '../measure/kept-days.js';
import { type Edge, edgeOfHours, hoursOf } from '../measure/steps.js';
import { type KeyedSum, keyedSum, type SumRow } from './money.js';

/** Totals of calls with the same key that began in the same hour (since 1970). */
export type HourSum = SumRow & { readonly hour: number; readonly key: string };

/** The same for one step of a period. */
export type StepSum = SumRow & { readonly step: number; readonly key: string };

/**
 * Sums by step and key; a key may have several. Whole hours come from stored sums, and partial hours at
 * either end of a step come from the rows.
 * @param rest sums of these periods. Each is a JSON array of two Unix microseconds and a step
 */
export async function sumsByStep(
  db: Sql,
  edges: readonly Edge[],
  days: KeptDays<readonly HourSum[]>,
  rest: (pieces: string) => Promise<readonly StepSum[]>,
): Promise<KeyedSum[]> {
  const pieces = hoursOf(edges);
  const sums: KeyedSum[] = [];
  if (pieces.hours.length > 0) {
    const { first, end, edgeOf } = edgeOfHours(pieces.hours);
    for (const rows of await days.between(db, first, end)) {
      for (const row of rows) {
        const step = edgeOf(row.hour);
        if (step >= 0) {
          sums.push(keyedSum({ ...row, step }));
        }
      }
    }
  }
  if (pieces.rest.length > 0) {
    sums.push(...(await rest(JSON.stringify(pieces.rest))).map(keyedSum));
  }
  return sums;
}
