import { useState } from 'preact/hooks';
import type { McpSessionRow, McpSessions } from '../../src/dashboard/contract/mcp-sessions.js';
import { count, duration, plural } from '../format.js';
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
  { head: 'Length', numeric: true, cell: (row) => duration(row.lastAt - row.firstAt) },
  { head: 'Last request', numeric: true, sort: (row) => row.lastAt, cell: (row) => <Time at={row.lastAt} /> },
];

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
              No session was recorded {timeWords(query)}. Stateless servers have none: their clients send no
              session id.
            </Empty>
          )
        }
      </Loaded>
    </>
  );
}

function Pages({ first, parameters }: { first: McpSessions; parameters: Parameters }) {
  const [older, setOlder] = useState<readonly McpSessionRow[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const next = cursor === undefined ? first.next : cursor;
  const ids = new Set(first.rows.map(({ id }) => id));
  const more = async () => {
    try {
      const page = await read<'mcp-sessions'>(
        addressOf('mcp-sessions', undefined, { ...parameters, before: next ?? undefined }),
      );
      setOlder([...older, ...page.rows]);
      setCursor(page.next);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Table
        caption="Sessions of MCP clients"
        columns={COLUMNS}
        rows={[...first.rows, ...older.filter(({ id }) => !ids.has(id))]}
        keyOf={(row) => row.id}
      />
      {problem && <p class="notice bad">{problem}</p>}
      {next !== null && (
        <button type="button" class="more" onClick={more}>
          Show older sessions
        </button>
      )}
    </>
  );
}
