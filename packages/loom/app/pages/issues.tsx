import type { IssueRow } from '../../src/dashboard/contract/issues.js';
import { count, plural, short } from '../format.js';
import { Line } from '../parts/copy.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { IssueLink } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Cost, Status, Time } from '../parts/text.js';
import { useView } from '../use-view.js';

const COLUMNS: readonly Column<IssueRow>[] = [
  {
    head: 'Issue',
    grow: true,
    cell: (row) => (
      <>
        <IssueLink row={row} /> <code class="faint">{row.id}</code>
      </>
    ),
  },
  { head: 'State', sort: (row) => row.status, cell: (row) => <Status of={row.status} /> },
  { head: 'Priority', numeric: true, sort: (row) => row.priority, cell: (row) => `P${row.priority}` },
  { head: 'Assignee', cell: (row) => row.assignee ?? <span class="faint">–</span> },
  { head: 'Sessions', numeric: true, sort: (row) => row.sessions, cell: (row) => count(row.sessions) },
  { head: 'Calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  { head: 'Tokens', numeric: true, sort: (row) => row.tokens, cell: (row) => short(row.tokens) },
  { head: 'Cost', numeric: true, sort: (row) => row.cost.micros, cell: (row) => <Cost of={row.cost} /> },
  {
    head: 'Updated',
    numeric: true,
    sort: (row) => row.updatedAt,
    cell: (row) => <Time at={row.updatedAt} />,
  },
];

export function IssuesPage() {
  const answer = useView('issues');
  return (
    <>
      <PageHead title="Issues" />
      <Loaded answer={answer}>
        {({ rows, unattributed }) => (
          <>
            {rows.length > 0 ? (
              <Table
                caption="Issues with what each cost"
                columns={COLUMNS}
                rows={rows}
                keyOf={(row) => row.id}
              />
            ) : (
              <>
                <Empty>No issues yet. The first one:</Empty>
                <Line text='lm create "What is to be done"' />
              </>
            )}
            {unattributed.calls > 0 && (
              <p class="note">
                <b>
                  <Cost of={unattributed.cost} />
                </b>{' '}
                in {plural(unattributed.calls, 'call')} belong to no issue. A session counts for an issue once
                it has claimed it.
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}
