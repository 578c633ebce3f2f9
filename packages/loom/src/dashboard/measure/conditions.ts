import type { Param } from '../../store/database.js';
import { DIMENSIONS, type Dimension, NONE } from '../contract/filter.js';

/** An SQL condition made of fixed parts, and its bound values. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly Param[];
}

/** Values to filter by; {@link NONE} means "has none". */
export type DimensionFilter = { readonly [Name in Dimension]?: string | undefined };

interface Column {
  /** As SQL on `trace_series s`; '' for a trace without a value. */
  readonly series: string;
  /** As SQL on `traces t`, the same value. */
  readonly trace: string;
}

/** The column of each dimension. */
export const COLUMNS: Readonly<Record<Dimension, Column>> = {
  server: { series: 's.server', trace: "COALESCE(t.server, '')" },
  tool: { series: 's.tool', trace: "COALESCE(t.tool, '')" },
  method: { series: 's.method', trace: "COALESCE(t.method, '')" },
  status: {
    series: "CASE s.failed WHEN 1 THEN 'error' ELSE 'ok' END",
    trace: "CASE t.failed WHEN 1 THEN 'error' ELSE 'ok' END",
  },
  errorType: { series: 's.error_type', trace: "COALESCE(t.error_type, '')" },
  client: { series: 's.client', trace: "COALESCE(t.client_name, '')" },
  clientVersion: { series: 's.client_version', trace: "COALESCE(t.client_version, '')" },
  release: { series: 's.release', trace: "COALESCE(t.release, '')" },
  environment: { series: 's.environment', trace: "COALESCE(t.environment, '')" },
};

/** Plain columns of `traces t` that an index can serve. */
const INDEXED: Readonly<Partial<Record<Dimension, string>>> = {
  server: 't.server',
  tool: 't.tool',
  method: 't.method',
  errorType: 't.error_type',
  client: 't.client_name',
  clientVersion: 't.client_version',
  release: 't.release',
  environment: 't.environment',
};

export function seriesCondition(filter: DimensionFilter): Condition {
  return joined(
    DIMENSIONS.flatMap((name) => {
      const value = filter[name];
      return value ? [{ sql: `${COLUMNS[name].series} = ?`, params: [value === NONE ? '' : value] }] : [];
    }),
  );
}

export function traceCondition(filter: DimensionFilter): Condition {
  return joined(
    DIMENSIONS.flatMap((name): Condition[] => {
      const value = filter[name];
      if (!value) {
        return [];
      }
      if (name === 'status') {
        return [{ sql: value === 'error' ? 't.errors > 0' : 't.errors = 0', params: [] }];
      }
      const column = INDEXED[name];
      return [
        value === NONE ? { sql: `${column} IS NULL`, params: [] } : { sql: `${column} = ?`, params: [value] },
      ];
    }),
  );
}

export function joined(conditions: readonly Condition[]): Condition {
  const said = conditions.filter(({ sql }) => sql !== '1');
  return {
    sql: said.map(({ sql }) => sql).join(' AND ') || '1',
    params: said.flatMap(({ params }) => params),
  };
}
