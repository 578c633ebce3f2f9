import type { TraceFilter } from '../../src/dashboard/contract/filter.js';
import type { TraceRow } from '../../src/dashboard/contract/traces.js';

type RowFilter = (row: TraceRow, value: string) => boolean;

const NONE = '(none)';
const same = (of: string | null, value: string) => (of ?? NONE) === value;

const FILTERS: { readonly [Name in keyof TraceFilter]?: RowFilter } = {
  q: (row, words) => {
    const text = [row.name, row.server, row.tool, row.statusMessage, row.sessionId].join(' ').toLowerCase();
    return words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  },
  tool: (row, tool) => same(row.tool, tool),
  server: (row, server) => same(row.server, server),
  method: (row, method) => same(row.method, method),
  status: (row, status) => row.failed === (status === 'error'),
  errorType: (row, type) => same(row.errorType, type),
  client: (row, client) => same(row.client, client),
  clientVersion: (row, version) => same(row.clientVersion, version),
  release: (row, release) => same(row.release, release),
  environment: (row, environment) => same(row.environment, environment),
  user: (row, user) => same(row.user, user),
  session: (row, session) => same(row.sessionId, session),
  from: (row, from) => row.startedAt >= Number(from),
  to: (row, to) => row.startedAt < Number(to),
  minMs: (row, ms) => (row.durationMs ?? 0) >= Number(ms),
};

const ORDERS: Readonly<Record<string, (a: TraceRow, b: TraceRow) => number>> = {
  slowest: (a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0),
  errors: (a, b) => Number(b.failed) - Number(a.failed),
};

/** Applies the server's filter to the rows of a report. Null if the rows lack the data. */
export function filterRows(rows: readonly TraceRow[], query: URLSearchParams): readonly TraceRow[] | null {
  let kept = [...rows];
  for (const [name, value] of query) {
    if (name === 'sort' || name === 'limit') continue;
    const keep = FILTERS[name as keyof typeof FILTERS];
    if (!keep) return null;
    kept = kept.filter((row) => keep(row, value));
  }
  const order = ORDERS[query.get('sort') ?? ''];
  return order ? kept.sort(order) : kept;
}
