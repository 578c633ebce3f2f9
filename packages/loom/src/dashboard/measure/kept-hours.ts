import type { Sql } from '../../store/sql.js';

const HOURS_IN_DAY = 24;
/** Days kept in memory, the latest used: 90 days and the 90 before them. */
const DAYS_KEPT = 200;

/** Rows of `trace_hours`, column by column. */
export interface HourRows {
  /** Whole hours since 1970. */
  readonly hour: readonly number[];
  readonly series: readonly number[];
  readonly bucket: readonly number[];
  readonly n: readonly number[];
  readonly errors: readonly number[];
  readonly lastUs: readonly number[];
  readonly micros: readonly number[];
  readonly reported: readonly number[];
  readonly priced: readonly number[];
  readonly unpriced: readonly number[];
}

interface Day {
  /** Sum of its hours' versions, which only grow. */
  readonly version: number;
  readonly rows: HourRows;
}

/** By the connection that they were read through. */
const kept = new WeakMap<Sql, Map<number, Day>>();

/**
 * The counts of these hours (since 1970, the end exclusive) and of the rest of their days. A day is read once, and again
 * when one of its hours has changed: most of a long time never does.
 */
export async function hourRows(db: Sql, first: number, end: number): Promise<HourRows[]> {
  const known = kept.get(db) ?? new Map<number, Day>();
  kept.set(db, known);
  const days = await db.all<{ day: number; version: number }>(
    `SELECT hour / ${HOURS_IN_DAY} AS day, SUM(version) AS version FROM trace_hour_versions
     WHERE hour >= ? AND hour < ? GROUP BY 1`,
    Math.floor(first / HOURS_IN_DAY) * HOURS_IN_DAY,
    Math.ceil(end / HOURS_IN_DAY) * HOURS_IN_DAY,
  );
  const read = await readDays(
    db,
    days.filter(({ day, version }) => known.get(day)?.version !== version).map(({ day }) => day),
  );
  const rows = days.map(({ day, version }) => {
    const current = { version, rows: read.get(day) ?? known.get(day)?.rows ?? hourRowsOf(undefined) };
    // At the end of the map, as the latest used.
    known.delete(day);
    known.set(day, current);
    return current.rows;
  });
  for (const day of known.keys()) {
    if (known.size <= DAYS_KEPT) {
      break;
    }
    known.delete(day);
  }
  return rows;
}

const COLUMNS: Readonly<Record<keyof HourRows, string>> = {
  hour: 'hour',
  series: 'series',
  bucket: 'bucket',
  n: 'n',
  errors: 'errors',
  lastUs: 'last_us',
  micros: 'micros',
  reported: 'reported',
  priced: 'priced',
  unpriced: 'unpriced',
};

/** As one array for each column, which takes a seventh of the time that rows take. */
const READ_DAY = `SELECT ${Object.entries(COLUMNS)
  .map(([name, column]) => `json_group_array(${column}) AS ${name}`)
  .join(', ')} FROM trace_hours WHERE hour >= ? AND hour < ?`;

async function readDays(db: Sql, days: readonly number[]): Promise<Map<number, HourRows>> {
  if (days.length === 0) {
    return new Map();
  }
  const found = await db.read<Record<keyof HourRows, string>>(
    days.map((day) => ({ sql: READ_DAY, params: [day * HOURS_IN_DAY, (day + 1) * HOURS_IN_DAY] })),
  );
  return new Map(days.map((day, at) => [day, hourRowsOf(found[at]?.[0])]));
}

function hourRowsOf(row: Readonly<Record<keyof HourRows, string>> | undefined): HourRows {
  const column = (name: keyof HourRows): number[] => JSON.parse(row?.[name] ?? '[]');
  return {
    hour: column('hour'),
    series: column('series'),
    bucket: column('bucket'),
    n: column('n'),
    errors: column('errors'),
    lastUs: column('lastUs'),
    micros: column('micros'),
    reported: column('reported'),
    priced: column('priced'),
    unpriced: column('unpriced'),
  };
}
