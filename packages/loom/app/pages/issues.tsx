import type { IssueRow } from '../../src/dashboard/contract/issues.js';
import { count, plural, short } from '../format.js';
import { Line } from '../parts/copy.js';
import { MoreRows } from '../parts/more-rows.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { IssueLink } from '../parts/rows.js';
import { Select } from '../parts/select.js';
import { type Column, Table } from '../parts/table.js';
import { Cost, Status, Time } from '../parts/text.js';
import { setQuery, usePlace } from '../router.js';
import { addressOf, read } from '../source.js';
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
  { head: 'Assignee', cell: (row) => row.assignee ?? <span class="faint none">–</span> },
  {
    head: 'Sessions',
    isExtra: true,
    numeric: true,
    sort: (row) => row.sessions,
    cell: (row) => count(row.sessions),
  },
  { head: 'Calls', isExtra: true, numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
  {
    head: 'Tokens',
    isExtra: true,
    numeric: true,
    sort: (row) => row.tokens,
    cell: (row) => short(row.tokens),
  },
  { head: 'Cost', numeric: true, sort: (row) => row.cost.micros, cell: (row) => <Cost of={row.cost} /> },
  {
    head: 'Updated',
    isWhen: true,
    numeric: true,
    sort: (row) => row.updatedAt,
    cell: (row) => <Time at={row.updatedAt} />,
  },
];

export function IssuesPage() {
  const { query } = usePlace();
  const parameters = { q: query.get('q') || undefined, status: query.get('status') || undefined };
  const answer = useView('issues', { parameters });
  return (
    <>
      <PageHead title="Issues">
        <p class="count">{answer.data && plural(answer.data.total, 'issue')}</p>
        <Select
          label="State"
          options={STATES}
          chosen={query.get('status') ?? ''}
          choose={(status) => setQuery({ status: status || undefined })}
          isLit={query.has('status')}
        />
        <input
          type="search"
          aria-label="Search issues"
          placeholder="Title, id or assignee"
          defaultValue={query.get('q') ?? ''}
          onChange={(event) => setQuery({ q: event.currentTarget.value.trim() || undefined })}
        />
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, next, unattributed }) => (
          <>
            {rows.length > 0 ? (
              <MoreRows
                key={JSON.stringify(parameters)}
                first={rows}
                next={next}
                more={async (after) => {
                  const page = await read<'issues'>(addressOf('issues', undefined, { ...parameters, after }));
                  return { rows: page.rows, next: page.next };
                }}
                keyOf={(row) => row.id}
              >
                {(all) => (
                  <Table
                    caption="Issues with their cost"
                    columns={COLUMNS}
                    rows={all}
                    keyOf={(row) => row.id}
                    limit={all.length}
                  />
                )}
              </MoreRows>
            ) : query.has('q') || query.has('status') ? (
              <Empty>No issue matches.</Empty>
            ) : (
              <>
                <Empty>No issues yet. To create one:</Empty>
                <Line text='lm create "Title of the issue"' />
              </>
            )}
            {unattributed.calls > 0 && (
              <p class="note">
                <b>
                  <Cost of={unattributed.cost} />
                </b>{' '}
                in {plural(unattributed.calls, 'call')} belong to no issue. A session counts for an issue
                after it claims the issue.
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

const STATES = [
  ['', 'Any state'],
  ['pending', 'Pending'],
  ['in_progress', 'In progress'],
  ['blocked', 'Blocked'],
  ['completed', 'Completed'],
  ['cancelled', 'Cancelled'],
] as const;
