import { NO_TERM } from '../../cost/terms.js';
import type { Sql } from '../../store/sql.js';
import { FACETS, type FacetName, type Facets, type GroupRow } from '../contract/facets.js';
import { DIMENSIONS, type Dimension, NONE, type TraceFilter } from '../contract/filter.js';
import type { Range } from '../contract/range.js';
import { type Condition, joined, traceCondition } from '../measure/conditions.js';
import { type Count, count } from '../measure/count.js';
import { histogramOf, latencyOf } from '../measure/durations.js';
import { measuresOf } from '../measure/sums.js';
import { filtered } from './filtered.js';
import { extraCondition, throughIndex, timeCondition, wholeCondition } from './trace-filter.js';
import { tracesByModel, tracesByTerm } from './traces-by.js';
import type { View, ViewContext } from './view.js';

/** Models and tasks are in separate tables, so they are counted only on request. */
const QUICK: readonly FacetName[] = FACETS.filter((name) => name !== 'model' && name !== 'task');
const VALUES_SHOWN = 20;
const GROUPS_SHOWN = 200;

/** Counts of each filter's values with all other filters applied, so that you can change a selected value. */
export const facets: View<'facets'> = async (context, { names, ...params }) => {
  const asked = names ? FACETS.filter((name) => names.split(',').includes(name)) : QUICK;
  const { range } = await filtered(context, params);
  const counts = await dimensionCounts(context, params);
  return {
    range,
    facets: await Promise.all(
      asked.map(async (name) => {
        const values = isDimension(name)
          ? ofDimension(counts, params, name)
          : await others(context.db, name, params, range);
        return {
          name,
          values: values.slice(0, VALUES_SHOWN),
          more: Math.max(0, values.length - VALUES_SHOWN),
        };
      }),
    ),
  };
};

export const groups: View<'groups'> = async (context, { by, ...params }) => {
  const { range, filter, also } = await filtered(context, params);
  const rows = isDimension(by)
    ? (await count(context.db, { edges: [[range.from, range.to]], filter, also }, [by])).map(
        (one): GroupRow => ({ value: one.values[0] || NONE, ...measuresOf(one), lastAt: one.lastAt }),
      )
    : await grouped(context.db, by, await wholeCondition(context.db, params, range));
  rows.sort((a, b) => b.requests - a.requests || (a.value < b.value ? -1 : 1));
  return { range, by, total: rows.length, rows: rows.slice(0, GROUPS_SHOWN) };
};

function isDimension(name: FacetName): name is Dimension & FacetName {
  return (DIMENSIONS as readonly string[]).includes(name);
}

type Value = Facets['facets'][number]['values'][number];

/**
 * Every combination of values. Filters on these dimensions are applied later, for each facet
 * separately.
 */
async function dimensionCounts(context: ViewContext, params: TraceFilter): Promise<Count[]> {
  const free = { ...params };
  for (const name of DIMENSIONS) {
    delete free[name];
  }
  const { range, also } = await filtered(context, free);
  return await count(context.db, { edges: [[range.from, range.to]], filter: {}, also }, DIMENSIONS);
}

function ofDimension(counts: readonly Count[], params: TraceFilter, name: Dimension): Value[] {
  const at = DIMENSIONS.indexOf(name);
  const kept = counts.filter(({ values }) =>
    DIMENSIONS.every((other, place) => {
      const wanted = params[other];
      return place === at || !wanted || values[place] === (wanted === NONE ? '' : wanted);
    }),
  );
  const sums = new Map<string, number>();
  for (const { values, requests } of kept) {
    const value = values[at] || NONE;
    sums.set(value, (sums.get(value) ?? 0) + requests);
  }
  return [...sums].map(([value, n]) => ({ value, count: n })).sort(byCount);
}

function byCount(a: Value, b: Value): number {
  return b.count - a.count || (a.value < b.value ? -1 : 1);
}

interface Source {
  readonly value: string;
  /** The expression to count: a trace may be found under one value more than once. */
  readonly counted: string;
  /** In the order to read them. SQLite would start with the other table, which takes five times as long. */
  readonly from: string;
  /** The parameter that filters by it. */
  readonly parameter: keyof TraceFilter;
  /** An index with all required columns, used if the only filter is the period. */
  readonly index?: string;
  /** Counts from stored sums of whole hours, used if the only filter is the period. */
  readonly byHours?: (db: Sql, range: Range) => Promise<Map<string, { readonly traces: number }>>;
}

const SOURCES: Readonly<Partial<Record<FacetName, Source>>> = {
  user: { value: 't.user_id', counted: '*', from: 'traces t', parameter: 'user', index: 'traces_user' },
  session: {
    value: 't.session_id',
    counted: '*',
    from: 'traces t',
    parameter: 'session',
    index: 'traces_session_started',
  },
  model: {
    value: 'g.model',
    counted: 'DISTINCT t.seq',
    from: 'observations g CROSS JOIN traces t ON t.id = g.trace_id AND g.cost_basis IS NOT NULL',
    parameter: 'model',
    byHours: tracesByModel,
  },
  task: {
    value: 'a.term',
    counted: '*',
    from: "traces t CROSS JOIN trace_atlas a ON a.trace_seq = t.seq AND a.dimension = 'ai_task.type'",
    parameter: 'atlas',
    byHours: (db, range) => tracesByTerm(db, 'ai_task.type', range),
  },
};

async function others(db: Sql, name: FacetName, params: TraceFilter, range: Range): Promise<Value[]> {
  const source = SOURCES[name];
  if (!source) {
    return [];
  }
  const extra = await extraCondition(db, { ...params, [source.parameter]: undefined }, range);
  const dimensions = traceCondition(params);
  const where = joined([timeCondition(range), dimensions, ...(extra ? [extra] : [])]);
  const isPlain = dimensions.sql === '1' && extra === undefined;
  if (isPlain && source.byHours) {
    const counts = [...(await source.byHours(db, range))].filter(([value]) => value !== NO_TERM);
    return counts.map(([value, { traces }]) => ({ value, count: traces })).sort(byCount);
  }
  const from = isPlain && source.index ? throughIndex(source.from, source.index, range) : source.from;
  return await db.all<{ value: string; count: number }>(
    `SELECT ${source.value} AS value, COUNT(${source.counted}) AS count FROM ${from}
     WHERE ${source.value} IS NOT NULL AND ${where.sql} GROUP BY 1 ORDER BY 2 DESC, 1`,
    ...where.params,
  );
}

interface GroupedRow {
  readonly value: string;
  readonly n: number;
  readonly errors: number;
  readonly last_us: number;
  /** JSON. */
  readonly durations: string;
}

/** The durations of a value come as one text: one row for each would take four times as long. */
async function grouped(db: Sql, name: FacetName, given: Condition): Promise<GroupRow[]> {
  const source = SOURCES[name];
  if (!source) {
    return [];
  }
  const where = joined([given, { sql: `${source.value} IS NOT NULL`, params: [] }]);
  const rows = await db.all<GroupedRow>(
    `SELECT d.value, COUNT(*) AS n, SUM(d.failed) AS errors, MAX(d.started_us) AS last_us,
       json_group_array(d.duration_us) AS durations
     FROM (SELECT ${source.counted === '*' ? '' : 'DISTINCT'} ${source.value} AS value, t.seq, t.duration_us, t.failed, t.started_us
       FROM ${source.from} WHERE ${where.sql}) d GROUP BY 1`,
    ...where.params,
  );
  return rows.map(({ value, n, errors, last_us, durations }) => ({
    value,
    requests: n,
    errors,
    latency: latencyOf(histogramOf(JSON.parse(durations))),
    lastAt: last_us / 1000,
  }));
}
