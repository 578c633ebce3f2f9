import { CHANGED_HOURS, keepHours } from '../cost/cells.js';
import type { Sql } from '../store/sql.js';

/** Hours in one transaction: far from what D1 takes in its 30 seconds. */
const AT_ONCE = 24;
/** Transactions of one run. Each has seven statements, and retention needs most of the 1,000 that are allowed. */
const MOST_BATCHES = 20;

/** Keeps the sums of agents' calls of hours that have changed. Reports are right without it, but slower. */
export async function keepSums(sql: Sql): Promise<void> {
  const hours = (await sql.all<{ hour: number }>(`${CHANGED_HOURS} LIMIT ${AT_ONCE * MOST_BATCHES}`)).map(
    ({ hour }) => hour,
  );
  for (let from = 0; from < hours.length; from += AT_ONCE) {
    await sql.batch(keepHours(JSON.stringify(hours.slice(from, from + AT_ONCE))));
  }
}
