import type { RoutingRow } from '../../src/dashboard/contract/routing.js';
import { dollars, share } from '../format.js';
import { cut } from '../parts/rows.js';
import type { Column } from '../parts/table.js';
import { Status, Time } from '../parts/text.js';
import { href } from '../router.js';

export const DECISION_COLUMNS: readonly Column<RoutingRow>[] = [
  {
    head: 'Model',
    grow: true,
    cell: (row) => (
      <>
        {row.sessionId ? (
          <a class="name" href={href(['sessions', row.sessionId])} data-row>
            {cut(row.model)}
          </a>
        ) : (
          <span class="name">{cut(row.model)}</span>
        )}{' '}
        <span class="faint">{cut(row.reason ?? '')}</span>
      </>
    ),
  },
  { head: 'Strategy', cell: (row) => row.strategy },
  {
    head: 'Confidence',
    numeric: true,
    sort: (row) => row.confidence,
    cell: (row) => share(row.confidence, 1),
  },
  {
    head: 'Outcome',
    cell: (row) =>
      row.success === null ? (
        <span class="faint">not known</span>
      ) : (
        <Status of={row.success ? 'ok' : 'error'} word={row.success ? 'success' : 'failure'} />
      ),
  },
  { head: 'Estimated', numeric: true, sort: (row) => row.estimated, cell: (row) => known(row.estimated) },
  { head: 'Actual', numeric: true, sort: (row) => row.actual, cell: (row) => known(row.actual) },
  {
    head: 'Decided',
    isWhen: true,
    numeric: true,
    sort: (row) => row.at,
    cell: (row) => <Time at={row.at} />,
  },
];

function known(micros: number | null) {
  return micros === null ? <span class="faint none">–</span> : dollars(micros);
}
