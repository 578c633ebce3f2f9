import { KeptDays } from './kept-days.js';

/** Columns of `trace_hours`, one array for each. */
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

/** One array for each column is seven times faster than rows. */
const READ_DAY = `SELECT ${Object.entries(COLUMNS)
  .map(([name, column]) => `json_group_array(${column}) AS ${name}`)
  .join(', ')} FROM trace_hours WHERE hour >= ? AND hour < ?`;

export const TRACE_HOURS = new KeptDays<HourRows>({
  versions: 'trace_hour_versions',
  statement: (first, end) => ({ sql: READ_DAY, params: [first, end] }),
  value: ([row]) => hourRowsOf(row as Readonly<Record<keyof HourRows, string>> | undefined),
});

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
