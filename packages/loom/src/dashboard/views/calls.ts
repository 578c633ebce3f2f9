import { cells } from '../../cost/cells.js';
import { NO_TERM, TAGGED_ENTITIES, termSql } from '../../cost/terms.js';
import type { Sql } from '../../store/sql.js';
import { KeptDays, keptFor } from '../measure/kept-days.js';
import type { Edge } from '../measure/steps.js';
import { CELL_SUMS, type KeyedSum, SUM_COLUMNS } from './money.js';
import { type HourSum, type StepSum, sumsByStep } from './sums-by-step.js';

/* Agents' calls, as Loom has recorded them. */

const HOUR_MS = 3_600_000;

/** Sums by hour and key, from cells `c`. */
function callDays(key: string, dimension?: string): KeptDays<readonly HourSum[]> {
  return new KeptDays({
    versions: 'call_hour_versions',
    statement: (first, end) => {
      const { sql, params = [] } = cells({ from: first * HOUR_MS, until: end * HOUR_MS }, dimension);
      return {
        sql: `SELECT c.hour, ${key} AS key, ${CELL_SUMS} FROM (${sql}) c GROUP BY 1, 2 HAVING SUM(c.calls) > 0`,
        params,
      };
    },
    value: (rows) => rows as readonly HourSum[],
  });
}

async function ofPieces(
  db: Sql,
  key: string,
  pieces: string,
  ...params: readonly string[]
): Promise<StepSum[]> {
  return await db.all<StepSum>(
    `SELECT e.value ->> 2 AS step, ${key} AS key, ${SUM_COLUMNS} FROM json_each(?1) e
     CROSS JOIN llm_calls c ON c.started_at >= (e.value ->> 0) / 1000.0 AND c.started_at < (e.value ->> 1) / 1000.0
     WHERE ?2 IS ?2 GROUP BY 1, 2`,
    pieces,
    null,
    ...params,
  );
}

const MODEL = 'c.model';
const MODEL_DAYS = callDays(MODEL);

export async function callsByModel(db: Sql, edges: readonly Edge[]): Promise<KeyedSum[]> {
  return await sumsByStep(db, edges, MODEL_DAYS, (pieces) => ofPieces(db, MODEL, pieces));
}

/** Source of a call's term: its own term, then its session, then the issue it worked on. */
const WORK = 'json_array(NULL, c.session_id, c.issue_id)';
const WORK_OF_CELL = "json_array(NULL, c.session_id, NULLIF(c.issue_id, ''))";
const OWN = `(SELECT term FROM atlas_tags WHERE entity = 'llm_call' AND entity_id = c.id AND dimension = ?3)`;
const OWN_OR_WORK = `CASE WHEN ${OWN} IS NULL THEN ${WORK} ELSE json_array(${OWN}) END`;
const WORK_DAYS = callDays(WORK_OF_CELL);
const ownDays = keptFor((dimension) =>
  callDays(`CASE WHEN c.own IS NULL THEN ${WORK_OF_CELL} ELSE json_array(c.own) END`, dimension),
);

/** By Atlas term. Calls without a term are under {@link NO_TERM}. */
export async function callsByTerm(db: Sql, dimension: string, edges: readonly Edge[]): Promise<KeyedSum[]> {
  const tagged = await db.all<{ entity: string }>(TAGGED_ENTITIES, dimension);
  const sums = tagged.some(({ entity }) => entity === 'llm_call')
    ? await sumsByStep(db, edges, ownDays(dimension), (pieces) =>
        ofPieces(db, OWN_OR_WORK, pieces, dimension),
      )
    : await sumsByStep(db, edges, WORK_DAYS, (pieces) => ofPieces(db, WORK, pieces));
  const terms = await termsOfWork(db, dimension, tagged, new Set(sums.map(({ key }) => key)));
  return sums.map((sum) => ({ ...sum, key: terms.get(sum.key) ?? NO_TERM }));
}

async function termsOfWork(
  db: Sql,
  dimension: string,
  tagged: readonly { readonly entity: string }[],
  works: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const ofWork = termSql(
    'llm_call',
    '?2',
    tagged.filter(({ entity }) => entity !== 'llm_call'),
  );
  const rows = await db.all<{ work: string; term: string }>(
    `SELECT c.work, COALESCE(c.own, ${ofWork}) AS term FROM (
       SELECT value AS work, value ->> 0 AS own, value ->> 1 AS session_id, value ->> 2 AS issue_id FROM json_each(?1)) c
     WHERE ?2 IS ?2`,
    JSON.stringify([...works]),
    dimension,
  );
  return new Map(rows.map(({ work, term }) => [work, term]));
}
