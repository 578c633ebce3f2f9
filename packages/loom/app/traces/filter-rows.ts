import type { TraceFilter, TraceRow } from '../../src/dashboard/contract/traces.js';

type Keep = (row: TraceRow, value: string) => boolean;

const FILTERS: { readonly [Name in keyof TraceFilter]?: Keep } = {
  q: (row, words) => {
    const text = [row.name, row.server, row.tool, row.statusMessage, row.sessionId].join(' ').toLowerCase();
    return words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  },
  tool: (row, tool) => row.tool === tool,
  server: (row, server) => row.server === server,
  status: (row, status) => row.failed === (status === 'error'),
  session: (row, session) => row.sessionId === session,
  from: (row, from) => row.startedAt >= Number(from),
  to: (row, to) => row.startedAt < Number(to),
  minMs: (row, ms) => (row.durationMs ?? 0) >= Number(ms),
};

const ORDERS: Readonly<Record<string, (a: TraceRow, b: TraceRow) => number>> = {
  slowest: (a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0),
  errors: (a, b) => Number(b.failed) - Number(a.failed),
};

/** What the server does with the filter, for a report that holds only rows; null where rows do not tell. */
export function filterRows(rows: readonly TraceRow[], query: URLSearchParams): readonly TraceRow[] | null {
  let kept = [...rows];
  for (const [name, value] of query) {
    if (name === 'sort' || name === 'limit') continue;
    const keep = FILTERS[name as keyof TraceFilter];
    if (!keep) return null;
    kept = kept.filter((row) => keep(row, value));
  }
  const order = ORDERS[query.get('sort') ?? ''];
  return order ? kept.sort(order) : kept;
}
