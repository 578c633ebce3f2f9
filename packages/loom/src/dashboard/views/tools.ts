import type { Database } from '../../store/database.js';
import type { ToolRow } from '../contract/tools.js';
import { traceCondition } from '../measure/conditions.js';
import { collect, sum } from '../measure/count.js';
import { latencyOf } from '../measure/durations.js';
import { grouped } from '../measure/grouped.js';
import { advertised } from './advertised.js';
import { type Counted, countedWith } from './filtered.js';
import { generationsByTool, toolKey } from './generations.js';
import { kindOf } from './kinds.js';
import { NO_MONEY } from './money.js';
import type { View } from './view.js';

export const tools: View<'tools'> = (context, params) => {
  const counted = countedWith(context, params);
  const { range } = counted;
  const rows = toolRows(context.db, counted);
  const list = advertised(context.db, params.server);
  const called = new Set(rows.filter(({ kind }) => kind === 'tool').map(({ tool }) => tool));
  return {
    range,
    rows,
    neverCalled: list ? list.tools.map(({ name }) => name).filter((name) => !called.has(name)) : null,
  };
};

/** By how often they were called. */
export function toolRows(db: Database, { range, filter, rows }: Counted): ToolRow[] {
  const counts = collect(rows, ['server', 'tool', 'method']);
  const generations = generationsByTool(db, range.from, range.to, traceCondition(filter));
  // A tool's own wrapper names no method, and what the server records of the same tool does: they are one tool.
  const groups = grouped(counts, ({ values: [server, tool = '', method = ''] }) =>
    JSON.stringify([server, tool || method, kindOf(method)]),
  );
  return [...groups.values()]
    .map((group): ToolRow => {
      const [server = '', tool = '', method = ''] = group[0]?.values ?? [];
      const kind = kindOf(method);
      const { requests, errors, lastAt, histogram } = sum(group);
      return {
        server: server || null,
        tool: tool || method,
        kind,
        calls: requests,
        errors,
        latency: latencyOf(histogram),
        cost: (kind === 'tool' && generations.get(toolKey(server || null, tool))?.cost) || NO_MONEY,
        lastAt,
      };
    })
    .sort((a, b) => b.calls - a.calls || compare(a.server ?? '', b.server ?? '') || compare(a.tool, b.tool));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
