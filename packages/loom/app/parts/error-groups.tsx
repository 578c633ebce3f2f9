import type { ErrorGroup } from '../../src/dashboard/contract/errors.js';
import { Sparkline } from '../charts/spark.js';
import { count } from '../format.js';
import { href } from '../router.js';
import { cut } from './rows.js';
import { type Column, Table } from './table.js';
import { Time } from './text.js';

const COLUMNS: readonly Column<ErrorGroup>[] = [
  {
    head: 'Error',
    grow: true,
    cell: (row) => (
      <>
        <a class="name" href={href(['traces', row.traceId])} data-row>
          {cut(row.message || row.errorType || 'No message', 140)}
        </a>{' '}
        <span class="faint">
          {cut(row.tool, 40)}
          {row.errorType ? ` · ${row.errorType}` : ''}
        </span>
      </>
    ),
  },
  {
    head: 'Count',
    numeric: true,
    sort: (row) => row.count,
    cell: (row) => (
      <span class="with-spark">
        <Sparkline of={row.spark} />
        <a href={href(['traces'], { status: 'error', tool: row.tool, errorType: row.errorType ?? '(none)' })}>
          {count(row.count)}
        </a>
      </span>
    ),
  },
  {
    head: 'First seen',
    isExtra: true,
    numeric: true,
    sort: (row) => row.firstAt,
    cell: (row) => (
      <>
        {row.isNew && <span class="badge">new</span>} <Time at={row.firstAt} />
      </>
    ),
  },
  {
    head: 'Last seen',
    isWhen: true,
    numeric: true,
    sort: (row) => row.lastAt,
    cell: (row) => <Time at={row.lastAt} />,
  },
];

const CLIENTS: Column<ErrorGroup> = {
  head: 'Clients',
  cell: (row) => (
    <span class="faint">
      {row.clients.map(({ client, count: n }) => `${cut(client ?? 'not named', 24)} ${count(n)}`).join(', ')}
    </span>
  ),
};

export function ErrorTable({
  rows,
  withClients = false,
}: {
  rows: readonly ErrorGroup[];
  withClients?: boolean;
}) {
  return (
    <Table
      caption="Failures of one tool with one error type and message"
      columns={withClients ? [...COLUMNS.slice(0, 2), CLIENTS, ...COLUMNS.slice(2)] : COLUMNS}
      rows={rows}
      keyOf={(row) => row.id}
    />
  );
}
