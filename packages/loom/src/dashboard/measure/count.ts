import type { Database } from '../../store/database.js';
import { DIMENSIONS, type Dimension } from '../contract/filter.js';
import type { Measures } from '../contract/measures.js';
import {
  COLUMNS,
  type Condition,
  type DimensionFilter,
  seriesCondition,
  traceCondition,
} from './conditions.js';
import { type Histogram, latencyOf, NOT_ENDED } from './durations.js';
import { type Edge, hoursOf } from './steps.js';

/** What is counted. */
export interface Counting {
  /** Pieces of time, each counted for itself. */
  readonly edges: readonly Edge[];
  readonly filter: DimensionFilter;
  /** On `traces t`, where the filter asks for more than dimensions: then every trace is read. */
  readonly also?: Condition | undefined;
  /** Whether durations are asked for, which takes more rows. */
  readonly durations?: boolean;
}

/** One group. */
export interface Count {
  /** Which of the edges. */
  readonly edge: number;
  /** Its values, in the order they were asked for; '' where a trace has none. */
  readonly values: readonly string[];
  requests: number;
  errors: number;
  /** Unix ms of the latest. */
  lastAt: number;
  readonly histogram: Map<number, number>;
}

/** Values of all dimensions, in their order. */
type Series = readonly string[];

/** Counts of one series in one piece of time; one row for each duration where those are asked for. */
export interface SeriesRow {
  readonly edge: number;
  readonly series: Series;
  readonly bucket: number;
  readonly n: number;
  readonly errors: number;
  readonly last_us: number;
}

const ANY: Series = [];

/** Counts traces by some of their dimensions; with none, all of them together. */
export function count(db: Database, counting: Counting, by: readonly Dimension[] = []): Count[] {
  return by.length === 0 ? collect(rowsOf(db, counting, false), []) : collect(countSeries(db, counting), by);
}

/** Counts by every dimension at once, from which {@link collect} makes counts by some of them. */
export function countSeries(db: Database, counting: Counting): readonly SeriesRow[] {
  return rowsOf(db, counting, true);
}

export function collect(rows: readonly SeriesRow[], by: readonly Dimension[]): Count[] {
  const places = by.map((name) => DIMENSIONS.indexOf(name));
  const counts = new Map<string, Count>();
  // Rows of one series share its values, so a key is made once for each and not once for each row.
  const keys = new Map<Series, string>();
  for (const { edge, series, bucket, n, errors, last_us } of rows) {
    let key = keys.get(series);
    if (key === undefined) {
      key = JSON.stringify(places.map((place) => series[place]));
      keys.set(series, key);
    }
    const group = `${edge} ${key}`;
    let known = counts.get(group);
    if (!known) {
      const values = places.map((place) => series[place] ?? '');
      known = { edge, values, requests: 0, errors: 0, lastAt: 0, histogram: new Map() };
      counts.set(group, known);
    }
    known.requests += n;
    known.errors += errors;
    known.lastAt = Math.max(known.lastAt, last_us / 1000);
    known.histogram.set(bucket, (known.histogram.get(bucket) ?? 0) + n);
  }
  return [...counts.values()];
}

export function measuresOf({
  requests,
  errors,
  histogram,
}: Pick<Count, 'requests' | 'errors' | 'histogram'>): Measures {
  return { requests, errors, latency: latencyOf(histogram) };
}

/** Everything together. */
export function sum(counts: readonly Count[]): Pick<Count, 'requests' | 'errors' | 'histogram' | 'lastAt'> {
  return {
    requests: counts.reduce((total, { requests }) => total + requests, 0),
    errors: counts.reduce((total, { errors }) => total + errors, 0),
    lastAt: counts.reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0),
    histogram: merged(counts.map(({ histogram }) => histogram)),
  };
}

function merged(histograms: readonly Histogram[]): Map<number, number> {
  const all = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [bucket, n] of histogram) {
      all.set(bucket, (all.get(bucket) ?? 0) + n);
    }
  }
  return all;
}

/**
 * Whole hours come from `trace_hours`, which reaches back further than the traces do; what is left of an hour at either
 * end comes from the traces themselves. Both tell the same of the same hour.
 */
function rowsOf(db: Database, counting: Counting, bySeries: boolean): SeriesRow[] {
  const { hours, rest } = hoursOf(counting.edges);
  return counting.also
    ? tracesIn(
        db,
        counting,
        counting.edges.map(
          ([from, to], edge) => [Math.round(from * 1000), Math.round(to * 1000), edge] as const,
        ),
        bySeries,
      )
    : [...hoursIn(db, counting, hours, bySeries), ...tracesIn(db, counting, rest, bySeries)];
}

type Piece = readonly [from: number, to: number, edge: number];

function hoursIn(
  db: Database,
  { filter, durations }: Counting,
  pieces: readonly Piece[],
  bySeries: boolean,
): SeriesRow[] {
  if (pieces.length === 0) {
    return [];
  }
  const where = seriesCondition(filter);
  // Numbers only: grouping by the texts of a series takes five times as long.
  const rows = db.all<Omit<SeriesRow, 'series'> & { readonly id: number }>(
    `SELECT e.value ->> 2 AS edge, ${bySeries ? 'h.series' : 0} AS id, ${durations ? 'h.bucket' : NOT_ENDED} AS bucket,
       SUM(h.n) AS n, SUM(h.errors) AS errors, MAX(h.last_us) AS last_us
     FROM json_each(?) e CROSS JOIN trace_hours h ON h.hour >= e.value ->> 0 AND h.hour < e.value ->> 1
     ${where.sql === '1' ? '' : `WHERE h.series IN (SELECT s.id FROM trace_series s WHERE ${where.sql})`}
     GROUP BY 1, 2, 3`,
    JSON.stringify(pieces),
    ...where.params,
  );
  const series = bySeries ? allSeries(db, where) : new Map<number, Series>();
  return rows.map(({ id, ...row }) => ({ ...row, series: series.get(id) ?? ANY }));
}

function allSeries(db: Database, where: Condition): Map<number, Series> {
  const columns = DIMENSIONS.map((name, at) => `${COLUMNS[name].series} AS d${at}`).join(', ');
  const rows = db.all<Record<string, string> & { readonly id: number }>(
    `SELECT s.id, ${columns} FROM trace_series s WHERE ${where.sql}`,
    ...where.params,
  );
  return new Map(rows.map((row) => [row.id, DIMENSIONS.map((_, at) => row[`d${at}`] ?? '')]));
}

function tracesIn(
  db: Database,
  { filter, durations, also }: Counting,
  pieces: readonly Piece[],
  bySeries: boolean,
): SeriesRow[] {
  if (pieces.length === 0) {
    return [];
  }
  const where = traceCondition(filter);
  const columns = bySeries ? DIMENSIONS.map((name, at) => `${COLUMNS[name].trace} AS d${at}`) : [];
  const grouped = ['edge', 'bucket', ...columns.map((_, at) => `d${at}`)].join(', ');
  const rows = db.all<Omit<SeriesRow, 'series'> & { readonly [column: `d${number}`]: string }>(
    `SELECT e.value ->> 2 AS edge, ${durations ? BUCKET_OF_TRACE : NOT_ENDED} AS bucket,
       ${columns.map((column) => `${column}, `).join('')} COUNT(*) AS n, SUM(t.failed) AS errors,
       MAX(t.started_us) AS last_us
     FROM json_each(?) e CROSS JOIN traces t ON t.started_us >= e.value ->> 0 AND t.started_us < e.value ->> 1
     WHERE ${where.sql} AND ${also?.sql ?? '1'} GROUP BY ${grouped}`,
    JSON.stringify(pieces),
    ...where.params,
    ...(also?.params ?? []),
  );
  const series = new Map<string, Series>();
  return rows.map((row) => {
    const values = columns.map((_, at) => row[`d${at}`] ?? '');
    const key = values.join('\u0000');
    const known = series.get(key) ?? values;
    series.set(key, known);
    const { edge, bucket, n, errors, last_us } = row;
    return { edge, bucket, n, errors, last_us, series: known };
  });
}

const BUCKET_OF_TRACE = `CASE WHEN t.duration_us IS NULL THEN ${NOT_ENDED}
  ELSE (SELECT MAX(from_us) FROM duration_buckets WHERE from_us <= MAX(t.duration_us, 0)) END`;
