import type { ToolRow } from '../../src/dashboard/contract/tools.js';
import { count } from '../format.js';
import { cut } from '../parts/rows.js';
import type { Column } from '../parts/table.js';
import { Cost, Duration, Errors, Time } from '../parts/text.js';
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
  { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  {
    head: 'Errors',
    numeric: true,
    sort: (row) => row.errors / Math.max(1, row.calls),
    cell: (row) => <Errors errors={row.errors} calls={row.calls} />,
  },
  {
    head: 'p50',
    isExtra: true,
    numeric: true,
    sort: (row) => row.latency.p50,
    cell: (row) => <Duration ms={row.latency.p50} />,
  },
  {
    head: 'p95',
    numeric: true,
    sort: (row) => row.latency.p95,
    cell: (row) => <Duration ms={row.latency.p95} />,
  },
  {
    head: 'p99',
    isExtra: true,
    numeric: true,
    sort: (row) => row.latency.p99,
    cell: (row) => <Duration ms={row.latency.p99} />,
  },
];

export const TOOL_COST: Column<ToolRow> = {
  head: 'Cost',
  numeric: true,
  sort: (row) => row.cost.micros,
  cell: (row) => <Cost of={row.cost} />,
};

export const LAST_CALL: Column<ToolRow> = {
  head: 'Last call',
  numeric: true,
  sort: (row) => row.lastAt,
  cell: (row) => <Time at={row.lastAt} />,
};
