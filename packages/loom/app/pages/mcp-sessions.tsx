import type { McpSessionRow, McpSessions } from '../../src/dashboard/contract/mcp-sessions.js';
import { count, duration, plural } from '../format.js';
import { MoreRows } from '../parts/more-rows.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Errors, Time } from '../parts/text.js';
import { href, usePlace } from '../router.js';
import { addressOf, type Parameters, read } from '../source.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';

const COLUMNS: readonly Column<McpSessionRow>[] = [
  {
    head: 'Session',
    grow: true,
    cell: (row) => (
      <a class="name" href={href(['mcp-sessions', row.id])} data-row>
        {cut(row.id, 48)}
      </a>
    ),
  },
  {
    head: 'Client',
    cell: (row) => (
      <>
        {cut(row.client ?? 'Not named', 40)} <span class="faint">{cut(row.clientVersion ?? '', 20)}</span>
      </>
    ),
  },
  { head: 'User', cell: (row) => cut(row.user ?? '', 40) },
  { head: 'Requests', numeric: true, sort: (row) => row.requests, cell: (row) => count(row.requests) },
  {
    head: 'Errors',
    numeric: true,
    sort: (row) => row.errors,
    cell: (row) => <Errors errors={row.errors} calls={row.requests} />,
  },
  { head: 'Tools', numeric: true, sort: (row) => row.tools, cell: (row) => count(row.tools) },
  { head: 'Length', numeric: true, cell: (row) => <Length of={row} /> },
  {
    head: 'Last request',
    isWhen: true,
    numeric: true,
    sort: (row) => row.lastAt,
    cell: (row) => <Time at={row.lastAt} />,
  },
];

/** A single request has no duration. */
function Length({ of: { requests, firstAt, lastAt } }: { of: McpSessionRow }) {
  return requests > 1 ? duration(lastAt - firstAt) : <span class="faint none">–</span>;
}

export function McpSessionsPage() {
  const { query } = usePlace();
  const client = query.get('client') || undefined;
  const parameters = { ...timeParameters(query), server: query.get('server') || undefined, client };
  const answer = useView('mcp-sessions', { parameters });
  return (
    <>
      <PageHead title="MCP sessions">
        <p class="count">{answer.data && plural(answer.data.total, 'session')}</p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {(page) =>
          page.rows.length > 0 ? (
            <Pages key={JSON.stringify(parameters)} first={page} parameters={parameters} />
          ) : (
            <Empty>
              No session was recorded {timeWords(query)}. Stateless servers have no sessions, because their
              clients send no session id.
            </Empty>
          )
        }
      </Loaded>
    </>
  );
}

function Pages({ first, parameters }: { first: McpSessions; parameters: Parameters }) {
  return (
    <MoreRows
      first={first.rows}
      next={first.next}
      more={(before) => read<'mcp-sessions'>(addressOf('mcp-sessions', undefined, { ...parameters, before }))}
      keyOf={(row) => row.id}
    >
      {(rows) => (
        <Table
          caption="Sessions of MCP clients"
          columns={COLUMNS}
          rows={rows}
          keyOf={(row) => row.id}
          limit={rows.length}
        />
      )}
    </MoreRows>
  );
}
