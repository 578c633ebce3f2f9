import type { Sql } from '../../store/sql.js';
import { DIMENSIONS, type Dimension } from '../contract/filter.js';
import {
  COLUMNS,
  type Condition,
  type DimensionFilter,
  seriesCondition,
  traceCondition,
} from './conditions.js';
import { NOT_ENDED } from './durations.js';
import { TRACE_HOURS } from './kept-hours.js';
import { type Edge, edgeOfHours, hoursOf, type Piece, piecesOf } from './steps.js';
import { addSums, noSums, type Sums } from './sums.js';

/** Selects the traces to count. */
export interface Counting {
  /** Periods that are counted separately. They do not overlap. */
  readonly edges: readonly Edge[];
  readonly filter: DimensionFilter;
  /** On `traces t`, if the filter has more than dimensions. Then every trace is read. */
  readonly also?: Condition | undefined;
}

/** One group. */
export interface Count extends Sums {
  /** Index of the period. */
  readonly edge: number;
  /** Its values, in the order of the requested dimensions; '' for a trace without a value. */
  readonly values: readonly string[];
}

/** Counts traces by the given dimensions. Without dimensions, counts all together. */
export async function count(db: Sql, counting: Counting, by: readonly Dimension[] = []): Promise<Count[]> {
  return by.length === 0 ? await countAt(db, counting, false) : collect(await countSeries(db, counting), by);
}

/** Counts by all dimensions. {@link collect} turns the result into counts by some of them. */
export async function countSeries(db: Sql, counting: Counting): Promise<readonly Count[]> {
  return await countAt(db, counting, true);
}

export function collect(counts: readonly Count[], by: readonly Dimension[]): Count[] {
  const places = by.map((name) => DIMENSIONS.indexOf(name));
  const groups = new Groups();
  for (const one of counts) {
    addSums(
      groups.of(
        one.edge,
        places.map((place) => one.values[place] ?? ''),
      ),
      one,
    );
  }
  return groups.all();
}

/** Counts by period and values, in order of first appearance. */
class Groups {
  readonly #groups = new Map<string, Count>();

  of(edge: number, values: readonly string[]): Count {
    const key = `${edge} ${values.join('\u0000')}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { edge, values, ...noSums() };
      this.#groups.set(key, group);
    }
    return group;
  }

  all(): Count[] {
    return [...this.#groups.values()];
  }
}

/**
 * Whole hours come from `trace_hours`, which reaches further back than the traces. Partial hours at either
 * end come from the traces. Both give the same counts for the same hour.
 */
async function countAt(db: Sql, counting: Counting, bySeries: boolean): Promise<Count[]> {
  const groups = new Groups();
  if (counting.also) {
    await addTraces(db, counting, piecesOf(counting.edges), bySeries, groups);
  } else {
    const { hours, rest } = hoursOf(counting.edges);
    await addHours(db, counting.filter, hours, bySeries, groups);
    await addTraces(db, counting, rest, bySeries, groups);
  }
  return groups.all();
}

const NO_VALUES: readonly string[] = [];

async function addHours(
  db: Sql,
  filter: DimensionFilter,
  pieces: readonly Piece[],
  bySeries: boolean,
  groups: Groups,
): Promise<void> {
  if (pieces.length === 0) {
    return;
  }
  const { first, end, edgeOf } = edgeOfHours(pieces);
  const values = await valuesOfSeries(db, filter);
  // By period, then by series: one lookup for each row.
  const found = new Map<number, Map<number, Count>>();
  for (const {
    hour,
    series,
    bucket,
    n,
    errors,
    lastUs,
    micros,
    reported,
    priced,
    unpriced,
  } of await TRACE_HOURS.between(db, first, end)) {
    for (let at = 0; at < hour.length; at += 1) {
      const edge = edgeOf(hour[at] ?? 0);
      const id = series[at] ?? 0;
      const own = edge < 0 ? undefined : values.get(id);
      if (!own) {
        continue;
      }
      let ofEdge = found.get(edge);
      if (!ofEdge) {
        ofEdge = new Map();
        found.set(edge, ofEdge);
      }
      let group = ofEdge.get(bySeries ? id : 0);
      if (!group) {
        group = groups.of(edge, bySeries ? own : NO_VALUES);
        ofEdge.set(bySeries ? id : 0, group);
      }
      const requests = n[at] ?? 0;
      const from = bucket[at] ?? NOT_ENDED;
      group.requests += requests;
      group.errors += errors[at] ?? 0;
      group.lastAt = Math.max(group.lastAt, (lastUs[at] ?? 0) / 1000);
      group.histogram.set(from, (group.histogram.get(from) ?? 0) + requests);
      group.micros += micros[at] ?? 0;
      group.reported += reported[at] ?? 0;
      group.priced += priced[at] ?? 0;
      group.unpriced += unpriced[at] ?? 0;
    }
  }
}

async function valuesOfSeries(db: Sql, filter: DimensionFilter): Promise<Map<number, readonly string[]>> {
  const where = seriesCondition(filter);
  const columns = DIMENSIONS.map((name, at) => `${COLUMNS[name].series} AS d${at}`).join(', ');
  const rows = await db.all<Record<string, string> & { readonly id: number }>(
    `SELECT s.id, ${columns} FROM trace_series s WHERE ${where.sql}`,
    ...where.params,
  );
  return new Map(rows.map((row) => [row.id, DIMENSIONS.map((_, at) => row[`d${at}`] ?? '')]));
}

interface TraceGroup {
  readonly edge: number;
  readonly bucket: number;
  readonly n: number;
  readonly errors: number;
  readonly last_us: number;
  readonly micros: number;
  readonly reported: number;
  readonly priced: number;
  readonly unpriced: number;
  readonly [column: `d${number}`]: string;
}

async function addTraces(
  db: Sql,
  { filter, also }: Counting,
  pieces: readonly Piece[],
  bySeries: boolean,
  groups: Groups,
): Promise<void> {
  if (pieces.length === 0) {
    return;
  }
  const where = traceCondition(filter);
  const columns = bySeries ? DIMENSIONS.map((name, at) => `${COLUMNS[name].trace} AS d${at}`) : [];
  const grouped = ['edge', 'bucket', ...columns.map((_, at) => `d${at}`)].join(', ');
  const rows = await db.all<TraceGroup>(
    `SELECT e.value ->> 2 AS edge, ${BUCKET_OF_TRACE} AS bucket, ${columns.map((column) => `${column}, `).join('')}
       COUNT(*) AS n, SUM(t.failed) AS errors, MAX(t.started_us) AS last_us,
       COALESCE(SUM(t.cost_micros), 0) AS micros, SUM(t.reported_micros) AS reported, COUNT(t.cost_micros) AS priced,
       SUM(t.unpriced) AS unpriced
     FROM json_each(?) e CROSS JOIN traces t ON t.started_us >= e.value ->> 0 AND t.started_us < e.value ->> 1
     WHERE ${where.sql} AND ${also?.sql ?? '1'} GROUP BY ${grouped}`,
    JSON.stringify(pieces),
    ...where.params,
    ...(also?.params ?? []),
  );
  for (const { edge, bucket, n, errors, last_us, micros, reported, priced, unpriced, ...row } of rows) {
    const histogram = new Map([[bucket, n]]);
    const group = groups.of(
      edge,
      columns.map((_, at) => row[`d${at}`] ?? ''),
    );
    addSums(group, {
      requests: n,
      errors,
      lastAt: last_us / 1000,
      histogram,
      micros,
      reported,
      priced,
      unpriced,
    });
  }
}

const BUCKET_OF_TRACE = `CASE WHEN t.duration_us IS NULL THEN ${NOT_ENDED}
  ELSE (SELECT MAX(from_us) FROM duration_buckets WHERE from_us <= MAX(t.duration_us, 0)) END`;
