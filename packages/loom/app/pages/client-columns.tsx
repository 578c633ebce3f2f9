import type { ClientRow } from '../../src/dashboard/contract/clients.js';
import { count } from '../format.js';
import { cut } from '../parts/rows.js';
import type { Column } from '../parts/table.js';
import { Duration, Errors, Time } from '../parts/text.js';
import { href } from '../router.js';

const NONE = '(none)';

export const CLIENT_COLUMNS: readonly Column<ClientRow>[] = [
  {
    head: 'Client',
    grow: true,
    sort: (row) => row.client ?? '',
    cell: (row) => (
      <>
        <a class="name" href={href(['clients', row.client ?? NONE])} data-row>
          {row.client === null ? 'Not named' : cut(row.client, 60)}
        </a>{' '}
        <span class="faint">{cut(row.version ?? '', 30)}</span>
      </>
    ),
  },
  { head: 'Requests', numeric: true, sort: (row) => row.requests, cell: (row) => count(row.requests) },
  {
    head: 'Errors',
    numeric: true,
    sort: (row) => row.errors / Math.max(1, row.requests),
    cell: (row) => <Errors errors={row.errors} calls={row.requests} />,
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
  { head: 'Last request', numeric: true, sort: (row) => row.lastAt, cell: (row) => <Time at={row.lastAt} /> },
];
