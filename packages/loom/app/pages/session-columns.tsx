import type { SessionRow } from '../../src/dashboard/contract/sessions.js';
import { count, duration, short } from '../format.js';
import { cut, SessionLink } from '../parts/rows.js';
import type { Column } from '../parts/table.js';
import { Cost, Status, Time } from '../parts/text.js';
import { href } from '../router.js';

export const SESSION_COLUMNS: readonly Column<SessionRow>[] = [
  { head: 'Session', grow: true, cell: (row) => <SessionLink row={row} /> },
  { head: 'State', cell: (row) => <Status of={row.status} /> },
  { head: 'Agent', cell: (row) => row.agent },
  {
    head: 'Issue',
    cell: (row) =>
      row.issueId && <a href={href(['sessions'], { issue: row.issueId })}>{cut(row.issueId, 40)}</a>,
  },
  { head: 'Branch', isExtra: true, cell: (row) => <span class="faint">{cut(row.branch ?? '', 40)}</span> },
  { head: 'Calls', isExtra: true, numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  { head: 'Tokens', numeric: true, sort: (row) => row.tokens, cell: (row) => short(row.tokens) },
  { head: 'Cost', numeric: true, sort: (row) => row.cost.micros, cell: (row) => <Cost of={row.cost} /> },
  {
    head: 'Length',
    isExtra: true,
    numeric: true,
    sort: (row) => lengthOf(row),
    cell: (row) => duration(lengthOf(row)),
  },
  {
    head: 'Started',
    isWhen: true,
    numeric: true,
    sort: (row) => row.startedAt,
    cell: (row) => <Time at={row.startedAt} />,
  },
];

/** Until the session ended, or until its last event. */
export function lengthOf({ startedAt, endedAt, lastSeenAt }: SessionRow): number {
  return Math.max(0, (endedAt ?? lastSeenAt) - startedAt);
}
