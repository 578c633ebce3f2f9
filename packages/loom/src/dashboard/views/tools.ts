import { grouped } from '../../grouped.js';
import type { ToolRow } from '../contract/tools.js';
import { type Count, collect } from '../measure/count.js';
import { latencyOf } from '../measure/durations.js';
import { costOf, measuresOf, sum } from '../measure/sums.js';
import { advertised } from './advertised.js';
import { countedWith } from './filtered.js';
import { kindOf } from './kinds.js';
import type { View } from './view.js';

export const tools: View<'tools'> = async (context, params) => {
  const counted = await countedWith(context, params);
  const rows = toolRows(counted.rows);
  const list = await advertised(context.db, params.server);
  const called = new Set(rows.filter(({ kind }) => kind === 'tool').map(({ tool }) => tool));
  return {
    range: counted.range,
    total: measuresOf(sum(counted.rows)),
    rows,
    neverCalled: list ? list.tools.map(({ name }) => name).filter((name) => !called.has(name)) : null,
  };
};

/** Most called first. */
export function toolRows(rows: readonly Count[]): ToolRow[] {
  const counts = collect(rows, ['server', 'tool', 'method']);
  // A tool's own wrapper records no method, but the server records one for the same tool. Both count as one
  // tool.
  const groups = grouped(counts, ({ values: [server, tool = '', method = ''] }) =>
    JSON.stringify([server, tool || method, kindOf(method)]),
  );
  return [...groups.values()]
    .map((group): ToolRow => {
      const [server = '', tool = '', method = ''] = group[0]?.values ?? [];
      const kind = kindOf(method);
      const all = sum(group);
      return {
        server: server || null,
        tool: tool || method,
        kind,
        calls: all.requests,
        errors: all.errors,
        latency: latencyOf(all.histogram),
        cost: costOf(all),
        lastAt: all.lastAt,
      };
    })
    .sort((a, b) => b.calls - a.calls || compare(a.server ?? '', b.server ?? '') || compare(a.tool, b.tool));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
