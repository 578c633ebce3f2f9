import { NO_TERM } from '../../cost/terms.js';
import type { Sql } from '../../store/sql.js';
import { KeptDays, keptFor } from '../measure/kept-days.js';
import type { Edge } from '../measure/steps.js';
import { type KeyedSum, SUM_COLUMNS } from './money.js';
import { type HourSum, type StepSum, sumsByStep } from './sums-by-step.js';

/*
 * Generations inside traces: LLM calls of Workers. They are not among Loom's calls of agents. Each counts at
 * the start of its trace.
 */

const HOUR_US = 3_600_000_000;
const SUMS = SUM_COLUMNS.replaceAll('cost_', 'o.cost_').replaceAll('total_tokens', 'o.total_tokens');
/**
 * On `traces t`: the index `traces_priced`. Generations with tokens but without a price count as unpriced.
 */
const PRICED = '(t.cost_micros IS NOT NULL OR t.unpriced > 0)';
/** SQLite would use the index of ids, and read each row for the other columns. */
const JOINED = `CROSS JOIN observations o INDEXED BY observations_paid ON o.trace_id = t.id AND o.cost_basis IS NOT NULL WHERE ${PRICED}`;

function generationDays(key: string, ...params: readonly string[]): KeptDays<readonly HourSum[]> {
  return new KeptDays({
    versions: 'trace_hour_versions',
    statement: (first, end) => ({
      sql: `SELECT t.started_us / ${HOUR_US} AS hour, ${key} AS key, ${SUMS} FROM traces t ${JOINED}
        AND t.started_us >= ?1 * ${HOUR_US} AND t.started_us < ?2 * ${HOUR_US} GROUP BY 1, 2`,
      params: [first, end, ...params],
    }),
    value: (rows) => rows as readonly HourSum[],
  });
}

async function inPieces(
  db: Sql,
  key: string,
  pieces: string,
  ...params: readonly string[]
): Promise<StepSum[]> {
  return await db.all<StepSum>(
    `SELECT e.value ->> 2 AS step, ${key} AS key, ${SUMS} FROM json_each(?1) e
     CROSS JOIN traces t ON t.started_us >= e.value ->> 0 AND t.started_us < e.value ->> 1 ${JOINED}
       AND ?2 IS ?2 GROUP BY 1, 2`,
    pieces,
    null,
    ...params,
  );
}

const MODEL = "COALESCE(o.model, 'no model')";
const MODEL_DAYS = generationDays(MODEL);

export async function generationsByModel(db: Sql, edges: readonly Edge[]): Promise<KeyedSum[]> {
  return await sumsByStep(db, edges, MODEL_DAYS, (pieces) => inPieces(db, MODEL, pieces));
}

/** A separate query for the few rows that need it. */
const OWN_TERM = `(SELECT CAST(json_extract(d.detail, '$.metadata.' || json_quote(?3)) AS TEXT)
  FROM observations d WHERE d.seq = o.seq)`;
const TERM = `COALESCE((SELECT COALESCE(CASE WHEN MIN(a.term) <> MAX(a.term) THEN ${OWN_TERM} END, MIN(a.term))
  FROM trace_atlas a WHERE a.trace_seq = t.seq AND a.dimension = ?3), '${NO_TERM}')`;

const termDays = keptFor((dimension) => generationDays(TERM, dimension));

/**
 * By Atlas term. Each generation counts under one term, so that its cost is not added twice: its trace's
 * term, or its own if the trace has several. Rows without a term are under {@link NO_TERM}.
 */
export async function generationsByTerm(
  db: Sql,
  dimension: string,
  edges: readonly Edge[],
): Promise<KeyedSum[]> {
  return await sumsByStep(db, edges, termDays(dimension), (pieces) => inPieces(db, TERM, pieces, dimension));
}
