import type { Statement } from '../store/sql.js';
import { HOUR_MS, QUARTER_MS } from './periods.js';

/*
 * Agents' calls in cells: of an hour, a session, an issue and a model. The table call_sums has most cells, so that a million
 * calls are not read one by one. Where an hour has changed since its sums were kept, and where a time begins or ends
 * within an hour, each call is a cell of its own. So the sums are always those of the calls.
 */

const QUARTERS = HOUR_MS / QUARTER_MS;

/** The summed columns. */
export const SUMS = [
  'calls',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reported',
  'calculated',
  'estimated',
  'unpriced',
  'unpriced_tokens',
  'lower_bound',
] as const;

/** The same of one call `c`. */
const OF_CALL: Readonly<Record<(typeof SUMS)[number], string>> = {
  calls: '1',
  input_tokens: 'c.input_tokens',
  output_tokens: 'c.output_tokens',
  cache_read_tokens: 'c.cache_read_tokens',
  cache_write_tokens: 'c.cache_write_5m_tokens + c.cache_write_1h_tokens',
  reported: ofBasis('reported'),
  calculated: ofBasis('calculated'),
  estimated: ofBasis('estimated'),
  unpriced: "c.cost_basis = 'unpriced'",
  unpriced_tokens: "CASE WHEN c.cost_basis = 'unpriced' THEN c.total_tokens ELSE 0 END",
  lower_bound: 'c.lower_bound IS NOT NULL',
};

function ofBasis(basis: string): string {
  return `CASE WHEN c.cost_basis = '${basis}' THEN c.cost_micros ELSE 0 END`;
}

/** Columns from a call or from the stored sums. */
const EACH = SUMS.map((sum) => `${OF_CALL[sum]} AS ${sum}`).join(', ');
const KEPT_SUMS = SUMS.map((sum) => `s.${sum}`).join(', ');
const LESS = SUMS.map((sum) => `-s.${sum}`).join(', ');
const PLACE = `c.started_at / ${HOUR_MS} AS hour, c.session_id, COALESCE(c.issue_id, '') AS issue_id, c.model`;

const KEPT = 'v.kept IS v.version';
const CHANGED = 'v.kept IS NOT v.version';
/** Hours that the time from ?1 to ?2 touches, and hours that it contains completely. */
const TOUCHED = `v.hour > ?1 / ${HOUR_MS}.0 - 1 AND v.hour < ?2 / ${HOUR_MS}.0`;
const WHOLE = `${KEPT} AND v.hour >= ?1 / ${HOUR_MS}.0 AND v.hour <= ?2 / ${HOUR_MS}.0 - 1`;
/** The calls `c` of the other hours. */
const OTHERS = `call_hour_versions v CROSS JOIN llm_calls c
    ON c.started_at >= MAX(v.hour * ${HOUR_MS}, ?1) AND c.started_at < MIN((v.hour + 1) * ${HOUR_MS}, ?2)
  WHERE ${TOUCHED} AND NOT (${WHOLE})`;

export interface Time {
  /** Unix ms, inclusive. */
  readonly from: number;
  /** Unix ms, exclusive. */
  readonly until: number;
}

/**
 * A query for cells, with the columns `hour`, `session_id`, `issue_id` ('' for none), `model`, `own`, those of
 * {@link SUMS}, and `first_at` and `last_at` of their calls. `own` is the term of the dimension that calls themselves
 * have, else NULL. With a dimension, some cells are negative: they correct others. Drop groups whose calls add up to 0.
 * ?1 to ?3 are taken.
 */
export function cells({ from, until }: Time, dimension?: string): Statement {
  const parts = [
    `SELECT s.hour, s.session_id, s.issue_id, s.model, NULL AS own, ${KEPT_SUMS}, s.first_at, s.last_at
     FROM call_hour_versions v CROSS JOIN call_sums s ON s.hour = v.hour WHERE ${WHOLE}`,
    `SELECT ${PLACE}, ${dimension === undefined ? 'NULL' : termOfCall('?3')}, ${EACH}, c.started_at, c.started_at
     FROM ${OTHERS}`,
    ...(dimension === undefined ? [] : [`NULL, ${LESS}`, `s.term, ${KEPT_SUMS}`]).map(
      (columns) =>
        `SELECT s.hour, s.session_id, s.issue_id, s.model, ${columns}, NULL, NULL FROM call_hour_versions v
         CROSS JOIN call_term_sums s ON s.hour = v.hour AND s.dimension = ?3 WHERE ${WHOLE}`,
    ),
  ];
  return {
    sql: `SELECT * FROM (${parts.join(' UNION ALL ')}) WHERE ?3 IS ?3`,
    params: [from, until, dimension],
  };
}

/** The same by `quarter` of an hour alone, which cells do not know. ?1 and ?2 are taken. */
export function quarters({ from, until }: Time): Statement {
  return {
    sql: `SELECT s.quarter, ${KEPT_SUMS} FROM call_hour_versions v CROSS JOIN call_quarter_sums s
        ON s.quarter >= v.hour * ${QUARTERS} AND s.quarter < (v.hour + 1) * ${QUARTERS} WHERE ${WHOLE}
      UNION ALL SELECT c.started_at / ${QUARTER_MS}, ${EACH} FROM ${OTHERS}`,
    params: [from, until],
  };
}

/**
 * Each call as a cell of its own, with its `quarter`, the term of the first dimension (`own`) and that of the second
 * (`second_own`). ?1 to ?4 are taken.
 */
export function calls({ from, until }: Time, first?: string, second?: string): Statement {
  return {
    sql: `SELECT ${PLACE}, c.started_at / ${QUARTER_MS} AS quarter, ${termOfCall('?3')} AS own,
        ${termOfCall('?4')} AS second_own, ${EACH}
      FROM llm_calls c WHERE c.started_at >= ?1 AND c.started_at < ?2`,
    params: [from, until, first, second],
  };
}

function termOfCall(dimension: string): string {
  return `(SELECT term FROM atlas_tags WHERE entity = 'llm_call' AND entity_id = c.id AND dimension = ${dimension})`;
}

/** Hours whose sums are not kept, or not those of today's calls. */
export const CHANGED_HOURS = `SELECT v.hour FROM call_hour_versions v WHERE ${CHANGED} ORDER BY v.hour`;

/** Hours in one transaction: few enough for a waiting hook, and for the 30 seconds of D1. */
export const HOURS_AT_ONCE = 24;

/** Stores the sums of these hours. Returns the statements, one transaction after the other. */
export function keepHours(hours: readonly number[]): Statement[][] {
  const transactions: Statement[][] = [];
  for (let from = 0; from < hours.length; from += HOURS_AT_ONCE) {
    transactions.push(keepTogether(JSON.stringify(hours.slice(from, from + HOURS_AT_ONCE))));
  }
  return transactions;
}

/** @param hours a JSON array */
function keepTogether(hours: string): Statement[] {
  const ofHours = `FROM json_each(?1) h CROSS JOIN llm_calls c
    ON c.started_at >= h.value * ${HOUR_MS} AND c.started_at < (h.value + 1) * ${HOUR_MS}`;
  const sums = SUMS.map((sum) => `SUM(${OF_CALL[sum]})`).join(', ');
  const names = SUMS.join(', ');
  return [
    'DELETE FROM call_sums WHERE hour IN (SELECT value FROM json_each(?1))',
    'DELETE FROM call_term_sums WHERE hour IN (SELECT value FROM json_each(?1))',
    `DELETE FROM call_quarter_sums WHERE quarter IN (
       SELECT h.value * ${QUARTERS} + q.value FROM json_each(?1) h CROSS JOIN json_each('[0, 1, 2, 3]') q)`,
    `INSERT INTO call_sums(hour, session_id, issue_id, model, ${names}, first_at, last_at)
     SELECT ${PLACE}, ${sums}, MIN(c.started_at), MAX(c.started_at) ${ofHours} GROUP BY 1, 2, 3, 4`,
    `INSERT INTO call_quarter_sums(quarter, ${names})
     SELECT c.started_at / ${QUARTER_MS}, ${sums} ${ofHours} GROUP BY 1`,
    `INSERT INTO call_term_sums(hour, session_id, issue_id, model, dimension, term, ${names})
     SELECT ${PLACE}, a.dimension, a.term, ${sums} ${ofHours}
     CROSS JOIN atlas_tags a ON a.entity = 'llm_call' AND a.entity_id = c.id
     WHERE EXISTS (SELECT 1 FROM atlas_tags WHERE entity = 'llm_call') GROUP BY 1, 2, 3, 4, 5, 6`,
    'UPDATE call_hour_versions SET kept = version WHERE hour IN (SELECT value FROM json_each(?1))',
  ].map((sql) => ({ sql, params: [hours] }));
}
