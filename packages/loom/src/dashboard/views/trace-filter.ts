import { NO_TERM } from '../../cost/terms.js';
import { issueAt } from '../../sessions/issue-at.js';
import type { Sql } from '../../store/sql.js';
import { NONE, type TraceFilter } from '../contract/filter.js';
import type { Range } from '../contract/range.js';
import { type Condition, joined, traceCondition } from '../measure/conditions.js';
import { containing } from '../measure/containing.js';

/**
 * Inputs and outputs are searched only in the newest traces that match the rest of the filter.
 */
const BODIES_SEARCHED = 2000;
const MAX_WORDS = 8;

/** The issue of a trace's session at that moment. Calls are attributed in the same way. */
const ISSUE_OF_TRACE = issueAt('t.loom_session_id', 't.started_us / 1000');

const HEAD = `(t.name || ' ' || t.id || ' ' || COALESCE(t.session_id, '') || ' ' || COALESCE(t.user_id, '') || ' ' ||
  COALESCE(t.status_message, ''))`;

type Extra = Exclude<keyof TraceFilter, 'q'>;

/** Conditions other than time and dimensions; {@link NONE} means "has none". */
const CONDITIONS: { readonly [Name in Extra]?: (value: string) => Condition } = {
  session: (value) =>
    value === NONE
      ? { sql: 't.session_id IS NULL', params: [] }
      : { sql: '(t.session_id = ? OR t.loom_session_id = ?)', params: [value, value] },
  user: (value) =>
    value === NONE ? { sql: 't.user_id IS NULL', params: [] } : { sql: 't.user_id = ?', params: [value] },
  model: (value) => ({
    sql: 't.id IN (SELECT g.trace_id FROM observations g WHERE g.cost_basis IS NOT NULL AND g.model = ?)',
    params: [value],
  }),
  issue: (value) => ({ sql: `t.loom_session_id IS NOT NULL AND ${ISSUE_OF_TRACE} = ?`, params: [value] }),
  atlas: (value) => {
    const [, dimension = '', term = ''] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
    const tagged = 'EXISTS (SELECT 1 FROM trace_atlas a WHERE a.trace_seq = t.seq AND a.dimension = ?';
    return term === NO_TERM
      ? { sql: `NOT ${tagged})`, params: [dimension] }
      : { sql: `${tagged} AND a.term = ?)`, params: [dimension, term] };
  },
  minMs: (value) => ({ sql: 't.duration_us >= ?', params: [Number(value) * 1000] }),
};

/**
 * Conditions of the filter other than time and dimensions, as SQL on `traces t`. Undefined without any.
 *
 * All words of `q` must be in the trace's name, id, session, user or status, or in the input and output of
 * one observation. Only the newest traces' bodies are searched, because bodies are most of the file.
 */
export async function extraCondition(
  db: Sql,
  filter: TraceFilter,
  range: Range | undefined,
): Promise<Condition | undefined> {
  const given = givenConditions(filter);
  const words = wordsOf(filter.q);
  if (words.length === 0) {
    return given.length > 0 ? joined(given) : undefined;
  }
  const others = joined([timeCondition(range), traceCondition(filter), ...given]);
  return joined([...given, await wordCondition(db, others, words)]);
}

function givenConditions(filter: TraceFilter): Condition[] {
  return Object.entries(CONDITIONS).flatMap(([name, make]) => {
    const value = filter[name as Extra];
    return value === undefined ? [] : [make(String(value))];
  });
}

/** Number of traces whose inputs and outputs are searched for the filter's words; null if all are. */
export async function bodiesSearched(
  db: Sql,
  filter: TraceFilter,
  range: Range | undefined,
): Promise<number | null> {
  if (wordsOf(filter.q).length === 0) {
    return null;
  }
  const others = joined([timeCondition(range), traceCondition(filter), ...givenConditions(filter)]);
  const row = await db.get(
    `SELECT 1 FROM traces t WHERE ${others.sql} LIMIT 1 OFFSET ${BODIES_SEARCHED}`,
    ...others.params,
  );
  return row === undefined ? null : BODIES_SEARCHED;
}

/** The complete filter as a condition on `traces t`. */
export async function wholeCondition(
  db: Sql,
  filter: TraceFilter,
  range: Range | undefined,
): Promise<Condition> {
  return withExtra(filter, range, await extraCondition(db, filter, range));
}

/** The same, for a caller that has the extra condition: with words, it takes a query. */
export function withExtra(
  filter: TraceFilter,
  range: Range | undefined,
  extra: Condition | undefined,
): Condition {
  return joined([timeCondition(range), traceCondition(filter), ...(extra ? [extra] : [])]);
}

export function timeCondition(range: Range | undefined): Condition {
  return range
    ? {
        sql: 't.started_us >= ? AND t.started_us < ?',
        params: [Math.round(range.from * 1000), Math.round(range.to * 1000)],
      }
    : { sql: '1', params: [] };
}

function wordsOf(q: string | undefined): string[] {
  return [...new Set((q ?? '').trim().split(/\s+/))].filter(Boolean).slice(0, MAX_WORDS);
}

async function wordCondition(db: Sql, others: Condition, words: readonly string[]): Promise<Condition> {
  const like = (text: string) => joined(words.map((word) => containing(text, word)));
  const head = like(HEAD);
  const body = like(`(COALESCE(o.input, '') || ' ' || COALESCE(o.output, ''))`);
  const inBodies = await db.all<{ trace_id: string }>(
    `SELECT DISTINCT o.trace_id FROM (
       SELECT t.id FROM traces t WHERE ${others.sql} ORDER BY t.started_us DESC LIMIT ${BODIES_SEARCHED}) recent
     JOIN observations o ON o.trace_id = recent.id
     WHERE ${body.sql}`,
    ...others.params,
    ...body.params,
  );
  return {
    sql: `(${head.sql} OR t.id IN (SELECT value FROM json_each(?)))`,
    params: [...head.params, JSON.stringify(inBodies.map((row) => row.trace_id))],
  };
}

const DAY_MS = 86_400_000;
/** For longer periods, a full scan of a covering index is faster than reading the rows of the period. */
const LONG_MS = 3 * DAY_MS;

/**
 * `traces t`, with this index for long periods. SQLite does not know a period's length and would read the
 * rows.
 */
export function throughIndex(from: string, index: string, range: Range): string {
  return range.to - range.from >= LONG_MS ? `${from} INDEXED BY ${index}` : from;
}
