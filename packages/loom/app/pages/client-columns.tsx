import type { ClientRow } from '../../src/dashboard/contract/clients.js';
import { measureColumns } from '../parts/measure-columns.js';
import { cut } from '../parts/rows.js';
import type { Column } from '../parts/table.js';
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
  ...measureColumns<ClientRow>({ head: 'Requests', last: 'Last request' }, (row) => row.requests, [
    { name: 'p50', isExtra: true },
    { name: 'p95' },
  ]),
];
