import type { Database, Param } from '../store/database.js';
import { calls, cells, quarters, SUMS } from './cells.js';
import { HOUR_MS, PERIODS, type Period, periodNames, QUARTER_MS } from './periods.js';
import { projectOf } from './projects.js';
import { TAGGED_ENTITIES, termSql } from './terms.js';

export const COST_KEYS = [
  'issue',
  'model',
  'agent',
  'project',
  'branch',
  ...PERIODS,
  'session',
  'atlas',
] as const;
export type CostKey = (typeof COST_KEYS)[number];

export interface CostRow {
  readonly key: string;
  /** A title, if the key is an id. */
  readonly title: string | null;
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly tokens: number;
  /** Sum of the known costs; null if none is known. */
  readonly cost_micros: number | null;
  readonly reported_micros: number;
  readonly calculated_micros: number;
  readonly estimated_micros: number;
  /** Calls whose price is unknown. The sum excludes them, so it is a lower bound. */
  readonly unpriced_calls: number;
  /** Calls with a price that may be too low, because a fee or a cache lifetime is unknown. */
  readonly lower_bound_calls: number;
  /** Tool calls with this term; only for `atlas`. */
  readonly tool_calls?: number;
}

export interface CostFilter {
  /** Unix ms, inclusive. */
  readonly since: number;
  /** Unix ms, exclusive. */
  readonly until: number;
  /** Atlas dimension to group by. */
  readonly dimension: string;
  /** Only calls with this term. */
  readonly atlas?: { readonly dimension: string; readonly term: string } | undefined;
}

const UNATTRIBUTED = 'unattributed';

interface Key {
  /** Of cells `c`, and of their sessions `s`. */
  readonly sql: string;
  /** SQL for the title of a `key`. */
  readonly title?: string;
  readonly ofSession?: true;
}

const KEYS: Record<Exclude<CostKey, Period>, Key> = {
  issue: {
    sql: `CASE c.issue_id WHEN '' THEN '${UNATTRIBUTED}' ELSE c.issue_id END`,
    title: '(SELECT title FROM issues WHERE id = key)',
  },
  model: { sql: 'c.model' },
  agent: { sql: 's.agent', ofSession: true },
  // A session's folder. Its project is found later.
  project: { sql: "COALESCE(s.cwd, '')", ofSession: true },
  branch: { sql: "COALESCE(s.git_branch, 'no branch')", ofSession: true },
  session: { sql: 's.id', title: '(SELECT title FROM sessions WHERE id = key)', ofSession: true },
  atlas: { sql: 'c.term' },
};

function isPeriod(by: CostKey): by is Period {
  return PERIODS.some((period) => period === by);
}

export function costReport(db: Database, by: CostKey, filter: CostFilter): CostRow[] {
  if (isPeriod(by)) {
    return byPeriod(db, by, filter);
  }
  const params = new Bound();
  const from = cellsOf(db, filter, params, by === 'atlas' ? filter.dimension : undefined);
  const key = KEYS[by];
  // All cells of a session together, so that it is looked up once.
  const rows = grouped<string>(
    db,
    key,
    key.ofSession
      ? `(SELECT session_id, ${TOTALS} FROM ${from} GROUP BY 1) c JOIN sessions s ON s.id = c.session_id`
      : from,
    'cost_micros DESC, tokens DESC, key',
    params,
  );
  if (by === 'project') {
    return inSums(rows, (cwd) => (cwd === '' ? 'no folder' : projectOf(cwd))).sort(byCost);
  }
  return by === 'atlas' ? withToolCalls(db, rows, filter) : rows;
}

const TOTALS = SUMS.map((sum) => `SUM(c.${sum}) AS ${sum}`).join(', ');

function grouped<K>(
  db: Database,
  { sql, title = 'NULL' }: Key,
  from: string,
  order: string,
  params: Bound,
): (Omit<CostRow, 'key'> & { readonly key: K })[] {
  return db.all(
    `SELECT key, ${title} AS title, calls, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
       input_tokens + output_tokens + cache_read_tokens + cache_write_tokens AS tokens,
       CASE WHEN calls > unpriced THEN reported + calculated + estimated END AS cost_micros,
       reported AS reported_micros, calculated AS calculated_micros, estimated AS estimated_micros,
       unpriced AS unpriced_calls, lower_bound AS lower_bound_calls
     FROM (SELECT ${sql} AS key, ${TOTALS} FROM ${from} GROUP BY 1) WHERE calls > 0 ORDER BY ${order}`,
    ...params.values,
  );
}

/** Days in the local time zone and not in UTC; also weeks, months and the five hours. */
function byPeriod(db: Database, period: Period, filter: CostFilter): CostRow[] {
  // By the hour if that is precise enough: asking SQLite for each call's local date is much slower.
  const hours = period === 'block' ? undefined : byTime(db, filter, HOUR_MS);
  const isEnough = hours?.every(({ key }) => new Date(key * HOUR_MS).getTimezoneOffset() % 60 === 0);
  const rows = hours && isEnough ? hours : byTime(db, filter, QUARTER_MS);
  const names = periodNames(
    period,
    rows.map(({ key }) => key),
    rows === hours ? HOUR_MS : QUARTER_MS,
  );
  return inSums(rows, (key) => names.get(key) ?? String(key));
}

function byTime(db: Database, filter: CostFilter, unit: number) {
  const params = new Bound();
  let from: string;
  if (filter.atlas) {
    from = cellsOf(db, filter, params, undefined, unit === QUARTER_MS);
  } else {
    const { sql, params: own = [] } = quarters({ from: filter.since, until: filter.until });
    params.values.push(...own);
    from = `(${sql}) c`;
  }
  const key =
    unit === QUARTER_MS ? 'c.quarter' : filter.atlas ? 'c.hour' : `c.quarter / ${HOUR_MS / QUARTER_MS}`;
  return grouped<number>(db, { sql: key }, from, 'key', params);
}

/** The models of calls without a price, with the number of calls, most tokens first. */
export function unpricedModels(db: Database, filter: CostFilter): { model: string; calls: number }[] {
  const params = new Bound();
  const from = cellsOf(db, filter, params);
  return db.all(
    `SELECT c.model, SUM(c.unpriced) AS calls FROM ${from} WHERE c.unpriced <> 0
     GROUP BY c.model HAVING SUM(c.unpriced) > 0 ORDER BY SUM(c.unpriced_tokens) DESC, c.model`,
    ...params.values,
  );
}

/** Values by their place in a statement. */
class Bound {
  readonly values: Param[] = [];

  /** Such as `?5`. */
  add(value: Param): string {
    this.values.push(value);
    return `?${this.values.length}`;
  }
}

/** SQL for the term of a call, from the kinds of records that have one. */
function termIn(
  db: Database,
  entity: 'llm_call' | 'tool_call',
  dimension: string,
  params: Bound,
  kinds: readonly string[],
): string {
  const tagged = db
    .all<{ entity: string }>(TAGGED_ENTITIES, dimension)
    .filter((one) => kinds.includes(one.entity));
  // If no entity has a term, the SQL has no dimension, and binding one would fail.
  return termSql(entity, tagged.length > 0 ? params.add(dimension) : '', tagged);
}

/** Cells `c` of the requested calls; with a dimension, each with its `term`. */
function cellsOf(
  db: Database,
  { since: from, until, atlas }: CostFilter,
  params: Bound,
  dimension?: string,
  withQuarters = false,
): string {
  const [first, second] = new Set([dimension, atlas?.dimension].filter((name) => name !== undefined));
  const { sql, params: own = [] } =
    second !== undefined || withQuarters
      ? calls({ from, until }, first, second)
      : cells({ from, until }, first);
  params.values.push(...own);
  const term = (name: string) => {
    const its = name === first ? 'c.own' : 'c.second_own';
    return `COALESCE(${its}, ${termIn(db, 'llm_call', name, params, ['session', 'issue'])})`;
  };
  const columns = dimension === undefined ? 'c.*' : `c.*, ${term(dimension)} AS term`;
  const only = atlas ? `WHERE ${term(atlas.dimension)} = ${params.add(atlas.term)}` : '';
  return `(SELECT ${columns} FROM (${sql}) c ${only}) c`;
}

/** Rows with the same key become one, in order of first appearance. */
function inSums<K>(
  rows: readonly (Omit<CostRow, 'key'> & { readonly key: K })[],
  keyOf: (key: K) => string,
): CostRow[] {
  const sums = new Map<string, CostRow>();
  for (const row of rows) {
    const key = keyOf(row.key);
    const sum = sums.get(key);
    sums.set(key, sum ? sumOf(sum, row) : { ...row, key });
  }
  return [...sums.values()];
}

function byCost(a: CostRow, b: CostRow): number {
  return (b.cost_micros ?? -1) - (a.cost_micros ?? -1) || b.tokens - a.tokens;
}

function sumOf(a: CostRow, b: Omit<CostRow, 'key'>): CostRow {
  return {
    ...a,
    calls: a.calls + b.calls,
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_write_tokens: a.cache_write_tokens + b.cache_write_tokens,
    tokens: a.tokens + b.tokens,
    cost_micros: a.cost_micros === null ? b.cost_micros : a.cost_micros + (b.cost_micros ?? 0),
    reported_micros: a.reported_micros + b.reported_micros,
    calculated_micros: a.calculated_micros + b.calculated_micros,
    estimated_micros: a.estimated_micros + b.estimated_micros,
    unpriced_calls: a.unpriced_calls + b.unpriced_calls,
    lower_bound_calls: a.lower_bound_calls + b.lower_bound_calls,
  };
}

/** The same terms for tool calls, so that one table shows both for a kind of task. */
function withToolCalls(db: Database, rows: readonly CostRow[], filter: CostFilter): CostRow[] {
  const params = new Bound();
  const from = toolWork(db, filter, params);
  const kinds = ['tool_call', 'session', 'issue'];
  const only = filter.atlas
    ? `WHERE ${termIn(db, 'tool_call', filter.atlas.dimension, params, kinds)} = ${params.add(filter.atlas.term)}`
    : '';
  const counts = new Map(
    db
      .all<{ term: string; count: number }>(
        `SELECT ${termIn(db, 'tool_call', filter.dimension, params, kinds)} AS term, SUM(c.n) AS count
         FROM (${from}) c ${only} GROUP BY 1`,
        ...params.values,
      )
      .map(({ term, count }) => [term, count]),
  );
  const withCalls = rows.map((row) => {
    const tool_calls = counts.get(row.key) ?? 0;
    counts.delete(row.key);
    return { ...row, tool_calls };
  });
  const toolsOnly = [...counts].map(([key, tool_calls]): CostRow => ({ ...NOTHING, key, tool_calls }));
  return [...withCalls, ...toolsOnly];
}

/**
 * Tool calls, grouped by session if all of a session have the same term: unless they have own terms, or the
 * session changed its issue.
 */
function toolWork(db: Database, { since, until }: CostFilter, params: Bound): string {
  // A period that includes everything is left out, because then the index of sessions has all columns.
  const within =
    since > 0 || until < Number.MAX_SAFE_INTEGER
      ? `t.started_at >= ${params.add(since)} AND t.started_at < ${params.add(until)}`
      : 'true';
  const each = `SELECT t.id, t.session_id, t.started_at, 1 AS n FROM tool_calls t WHERE ${within}`;
  if (db.get("SELECT 1 FROM atlas_tags WHERE entity = 'tool_call' LIMIT 1")) {
    return each;
  }
  const moved = '(SELECT session_id FROM attributions WHERE from_at > 0)';
  return `SELECT NULL AS id, t.session_id, 0 AS started_at, t.n FROM (
      SELECT t.session_id, COUNT(*) AS n FROM tool_calls t WHERE ${within} GROUP BY 1) t WHERE t.session_id NOT IN ${moved}
    UNION ALL ${each} AND t.session_id IN ${moved}`;
}

const NOTHING = {
  title: null,
  calls: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  tokens: 0,
  cost_micros: null,
  reported_micros: 0,
  calculated_micros: 0,
  estimated_micros: 0,
  unpriced_calls: 0,
  lower_bound_calls: 0,
};
