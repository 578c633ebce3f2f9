import { NO_TERM } from '../../cost/terms.js';
import type { Sql } from '../../store/sql.js';
import type { Range } from '../contract/range.js';
import { KeptDays, keptFor } from '../measure/kept-days.js';
import { edgeOfHours, hoursOf } from '../measure/steps.js';

interface Traces {
  readonly traces: number;
  readonly errors: number;
}

type KeyRow = Traces & { readonly key: string };
type HourRow = KeyRow & { readonly hour: number };

/** A table to count traces by. A trace counts under each of its values. */
interface Source {
  readonly key: string;
  /** Follows `traces t`. `?3` is the requested name. */
  readonly join: string;
}

const HOUR_US = 3_600_000_000;
const TERM: Source = {
  key: `COALESCE(a.term, '${NO_TERM}')`,
  join: 'LEFT JOIN trace_atlas a ON a.trace_seq = t.seq AND a.dimension = ?3 WHERE ?3 IS ?3',
};
const MODEL: Source = {
  key: 'o.model',
  join: `CROSS JOIN observations o INDEXED BY observations_paid ON o.trace_id = t.id AND o.cost_basis IS NOT NULL AND o.model IS NOT NULL
    WHERE (t.cost_micros IS NOT NULL OR t.unpriced > 0) AND ?3 IS ?3`,
};

function countsOf({ key }: Source): string {
  return `${key} AS key, COUNT(DISTINCT t.seq) AS traces,
    COUNT(DISTINCT CASE WHEN t.errors > 0 THEN t.seq END) AS errors`;
}

function daysOf(source: Source, name: string | null): KeptDays<readonly HourRow[]> {
  return new KeptDays({
    versions: 'trace_hour_versions',
    statement: (first, end) => ({
      sql: `SELECT t.started_us / ${HOUR_US} AS hour, ${countsOf(source)} FROM traces t ${source.join}
        AND t.started_us >= ?1 * ${HOUR_US} AND t.started_us < ?2 * ${HOUR_US} GROUP BY 1, 2`,
      params: [first, end, name],
    }),
    value: (rows) => rows as readonly HourRow[],
  });
}

const TERM_DAYS = keptFor((dimension) => daysOf(TERM, dimension));
const MODEL_DAYS = daysOf(MODEL, null);

/** By term of an Atlas dimension. Traces without a term are under {@link NO_TERM}. */
export function tracesByTerm(db: Sql, dimension: string, range: Range): Promise<Map<string, Traces>> {
  return tracesBy(db, range, TERM, TERM_DAYS(dimension), dimension);
}

/** By the models of their generations. */
export function tracesByModel(db: Sql, range: Range): Promise<Map<string, Traces>> {
  return tracesBy(db, range, MODEL, MODEL_DAYS, null);
}

async function tracesBy(
  db: Sql,
  { from, to }: Range,
  source: Source,
  days: KeptDays<readonly HourRow[]>,
  name: string | null,
): Promise<Map<string, Traces>> {
  const { hours, rest } = hoursOf([[from, to]]);
  const found: KeyRow[] = [];
  for (const [start, end] of rest) {
    found.push(
      ...(await db.all<KeyRow>(
        `SELECT ${countsOf(source)} FROM traces t ${source.join} AND t.started_us >= ?1 AND t.started_us < ?2 GROUP BY 1`,
        start,
        end,
        name,
      )),
    );
  }
  if (hours.length > 0) {
    const { first, end, edgeOf } = edgeOfHours(hours);
    const kept = await days.between(db, first, end);
    found.push(...kept.flatMap((rows) => rows.filter(({ hour }) => edgeOf(hour) >= 0)));
  }
  const sums = new Map<string, Traces>();
  for (const { key, traces, errors } of found) {
    const sum = sums.get(key) ?? { traces: 0, errors: 0 };
    sums.set(key, { traces: sum.traces + traces, errors: sum.errors + errors });
  }
  return sums;
}
