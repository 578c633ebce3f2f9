import type { Sql } from '../../store/sql.js';
import type { KeptDays } from '../measure/kept-days.js';
import { type Edge, edgeOfHours, hoursOf } from '../measure/steps.js';
import { type KeyedSum, keyedSum, type SumRow } from './money.js';

/** What calls took that began in one hour (since 1970) and have the same key. */
export type HourSum = SumRow & { readonly hour: number; readonly key: string };

/** The same of one step of a time. */
export type StepSum = SumRow & { readonly step: number; readonly key: string };

/**
 * Sums by step and key, perhaps several of one key: whole hours from what is kept of them, and what is left of an hour
 * at either end of a step from the rows themselves.
 * @param rest sums of these pieces of time, each a JSON array of two Unix microseconds and a step
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
