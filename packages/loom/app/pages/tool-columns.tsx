import type { ToolRow } from '../../src/dashboard/contract/tools.js';
import { measureColumns } from '../parts/measure-columns.js';
import { cut } from '../parts/rows.js';
import type { Column } from '../parts/table.js';
import { Cost, Time } from '../parts/text.js';
import { href } from '../router.js';

export const TOOL_COLUMNS: readonly Column<ToolRow>[] = [
  {
    head: 'Tool',
    grow: true,
    sort: (row) => row.tool,
    cell: (row) => (
      <>
        <a class="name" href={href(['tools', row.tool], { server: row.server ?? undefined })} data-row>
          {cut(row.tool)}
        </a>{' '}
        <span class="faint">
          {row.kind === 'tool' || row.kind === 'other' ? '' : `${row.kind} · `}
          {cut(row.server ?? '', 60)}
        </span>
      </>
    ),
  },
  ...measureColumns<ToolRow>({ head: 'Calls' }, (row) => row.calls, [
    { name: 'p50', isExtra: true },
    { name: 'p95' },
    { name: 'p99', isExtra: true },
  ]),
];

export const TOOL_COST: Column<ToolRow> = {
  head: 'Cost',
  numeric: true,
  sort: (row) => row.cost.micros,
  cell: (row) => <Cost of={row.cost} />,
};

export const LAST_CALL: Column<ToolRow> = {
  head: 'Last call',
  isWhen: true,
  numeric: true,
  sort: (row) => row.lastAt,
  cell: (row) => <Time at={row.lastAt} />,
};

/** True if any call has a cost, or would have one with a known price. */
export function isPriced({ cost }: Pick<ToolRow, 'cost'>): boolean {
  return cost.micros !== null || cost.unpriced > 0;
}
