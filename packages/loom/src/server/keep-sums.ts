import { CHANGED_HOURS, HOURS_AT_ONCE, keepHours } from '../cost/cells.js';
import type { Sql } from '../store/sql.js';

/**
 * Transactions of one run. Each has seven statements, and retention needs most of the 1,000 that D1 allows.
 */
const MAX_BATCHES = 20;

/**
 * Updates the sums of agents' calls for hours that have changed. Reports are correct without it, but slower.
 */
export async function keepSums(sql: Sql): Promise<void> {
  const changed = await sql.all<{ hour: number }>(`${CHANGED_HOURS} LIMIT ${HOURS_AT_ONCE * MAX_BATCHES}`);
  for (const statements of keepHours(changed.map(({ hour }) => hour))) {
    await sql.batch(statements);
  }
}
