import type { Database } from '../store/database.js';
import { PERIODS, type Period, periodNames, QUARTER_MS } from './periods.js';
import { projectOf } from './projects.js';
import { termOf } from './terms.js';

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
  /** A title, where the key is an id. */
  readonly title: string | null;
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly tokens: number;
  /** Sum of what has a price; null when nothing has. */
  readonly cost_micros: number | null;
  readonly reported_micros: number;
  readonly calculated_micros: number;
  readonly estimated_micros: number;
  /** Calls whose price is unknown: the sum leaves them out, so it is a lower bound. */
  readonly unpriced_calls: number;
  /** Calls that have a price which may be too low: a fee, or how long cache writes hold, is not known. */
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
  /** Only calls that carry this term. */
  readonly atlas?: { readonly dimension: string; readonly term: string } | undefined;
}

const UNATTRIBUTED = 'unattributed';

const KEYS: Record<Exclude<CostKey, 'atlas' | Period>, { sql: string; title: string }> = {
  issue: {
    sql: `COALESCE(c.issue_id, '${UNATTRIBUTED}')`,
    title: '(SELECT title FROM issues WHERE id = c.issue_id)',
  },
  model: { sql: 'c.model', title: 'NULL' },
  agent: { sql: 's.agent', title: 'NULL' },
  // A session's folder; the project that it is in is found below.
  project: { sql: "COALESCE(s.cwd, '')", title: 'NULL' },
  branch: { sql: "COALESCE(s.git_branch, 'no branch')", title: 'NULL' },
  session: { sql: 'c.session_id', title: 's.title' },
};

/** Periods are computed from these below: asking SQLite for each call's local date takes twice as long. */
const QUARTERS = { sql: `c.started_at / ${QUARTER_MS}`, title: 'NULL' };

function isPeriod(by: CostKey): by is Period {
  return PERIODS.some((period) => period === by);
}

export function costReport(db: Database, by: CostKey, filter: CostFilter): CostRow[] {
  const { sql, title } =
    by === 'atlas'
      ? { sql: termOf(db, 'llm_call', '?1', filter.dimension), title: 'NULL' }
      : isPeriod(by)
        ? QUARTERS
        : KEYS[by];
  const only = filter.atlas ? `AND ${termOf(db, 'llm_call', '?4', filter.atlas.dimension)} = ?5` : '';
  const rows = db.all<CostRow>(
    `SELECT ${sql} AS key, ${title} AS title, COUNT(*) AS calls,
       SUM(c.input_tokens) AS input_tokens, SUM(c.output_tokens) AS output_tokens,
       SUM(c.cache_read_tokens) AS cache_read_tokens,
       SUM(c.cache_write_5m_tokens + c.cache_write_1h_tokens) AS cache_write_tokens,
       SUM(c.total_tokens) AS tokens, SUM(c.cost_micros) AS cost_micros,
       COALESCE(SUM(CASE WHEN c.cost_basis = 'reported' THEN c.cost_micros END), 0) AS reported_micros,
       COALESCE(SUM(CASE WHEN c.cost_basis = 'calculated' THEN c.cost_micros END), 0) AS calculated_micros,
       COALESCE(SUM(CASE WHEN c.cost_basis = 'estimated' THEN c.cost_micros END), 0) AS estimated_micros,
       SUM(c.cost_basis = 'unpriced') AS unpriced_calls,
       SUM(c.lower_bound IS NOT NULL) AS lower_bound_calls
     FROM llm_calls c JOIN sessions s ON s.id = c.session_id
     WHERE ${within(filter)} AND ?1 = ?1 ${only}
     GROUP BY 1 ORDER BY ${isPeriod(by) ? 'key' : 'cost_micros DESC, tokens DESC, key'}`,
    filter.dimension,
    filter.since,
    filter.until,
    ...(filter.atlas ? [filter.atlas.dimension, filter.atlas.term] : []),
  );
  if (isPeriod(by)) {
    return byPeriod(by, rows);
  }
  if (by === 'project') {
    return inSums(rows, ({ key }) => (key === '' ? 'no folder' : projectOf(key))).sort(byCost);
  }
  return by === 'atlas' ? withToolCalls(db, rows, filter) : rows;
}

/** The models of calls without a price, and how many there are of each. The priced ones are not read. */
export function unpricedModels(db: Database, filter: CostFilter): { model: string; calls: number }[] {
  const only = filter.atlas ? `AND ${termOf(db, 'llm_call', '?3', filter.atlas.dimension)} = ?4` : '';
  return db.all(
    `SELECT c.model, COUNT(*) AS calls FROM llm_calls c INDEXED BY llm_calls_unpriced
     WHERE c.cost_basis = 'unpriced' AND +c.started_at >= ?1 AND +c.started_at < ?2 ${only}
     GROUP BY c.model ORDER BY SUM(c.total_tokens) DESC, c.model`,
    filter.since,
    filter.until,
    ...(filter.atlas ? [filter.atlas.dimension, filter.atlas.term] : []),
  );
}

/** For all time, SQLite would still use the index of times, which takes twice as long as the table itself. */
function within({ since }: CostFilter): string {
  const at = since > 0 ? 'c.started_at' : '+c.started_at';
  return `${at} >= ?2 AND ${at} < ?3`;
}

/** The day of the person who asks, not UTC's; likewise the week, the month and the five hours. */
function byPeriod(period: Period, quarters: readonly CostRow[]): CostRow[] {
  const names = periodNames(
    period,
    quarters.map(({ key }) => Number(key)),
  );
  return inSums(quarters, ({ key }) => names.get(Number(key)) ?? key);
}

/** Rows with the same key as one, in the order in which they come. */
function inSums(rows: readonly CostRow[], keyOf: (row: CostRow) => string): CostRow[] {
  const sums = new Map<string, CostRow>();
  for (const row of rows) {
    const key = keyOf(row);
    const sum = sums.get(key);
    sums.set(key, sum ? sumOf(sum, row) : { ...row, key });
  }
  return [...sums.values()];
}

function byCost(a: CostRow, b: CostRow): number {
  return (b.cost_micros ?? -1) - (a.cost_micros ?? -1) || b.tokens - a.tokens;
}

function sumOf(a: CostRow, b: CostRow): CostRow {
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

/** The same terms on tool calls, so that one table shows what a kind of task took in both. */
function withToolCalls(db: Database, rows: readonly CostRow[], filter: CostFilter): CostRow[] {
  const only = filter.atlas ? `AND ${termOf(db, 'tool_call', '?4', filter.atlas.dimension)} = ?5` : '';
  const counts = new Map(
    db
      .all<{ term: string; count: number }>(
        `SELECT ${termOf(db, 'tool_call', '?1', filter.dimension)} AS term, COUNT(*) AS count FROM tool_calls c
         WHERE ${within(filter)} AND ?1 = ?1 ${only} GROUP BY 1`,
        filter.dimension,
        filter.since,
        filter.until,
        ...(filter.atlas ? [filter.atlas.dimension, filter.atlas.term] : []),
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
