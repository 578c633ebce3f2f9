import type { AtlasRow } from '../../src/dashboard/contract/atlas.js';
import { count, short } from '../format.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { Select } from '../parts/select.js';
import { type Column, Table } from '../parts/table.js';
import { Cost, Errors, ShareBar } from '../parts/text.js';
import { href, setQuery, usePlace } from '../router.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';

const DEFAULT = 'ai_task.type';

export function AtlasPage() {
  const { query } = usePlace();
  const dimension = query.get('dimension') || DEFAULT;
  const answer = useView('atlas', {
    parameters: { ...timeParameters(query), dimension: dimension === DEFAULT ? undefined : dimension },
  });
  const dimensions = [...new Set([...(answer.data?.dimensions ?? []), dimension])];
  return (
    <>
      <PageHead title="Atlas">
        <Select
          label="Dimension"
          options={dimensions.map((name) => [name, name])}
          chosen={dimension}
          choose={(name) => setQuery({ dimension: name === DEFAULT ? undefined : name })}
        />
        <RangeChoice />
      </PageHead>
      <p class="note">
        The Atlas is a vocabulary for what AI and people do in a system. A tool call or a session carries its
        terms as metadata, such as ai_task.type=summarize.
      </p>
      <Loaded answer={answer}>
        {({ rows }) =>
          rows.length > 0 ? (
            <>
              <Table
                caption={`Calls, cost and errors by ${dimension}`}
                columns={columnsOf(dimension, rows)}
                rows={rows}
                keyOf={(row) => row.term}
              />
              <p class="note">
                Tool calls are traces of MCP servers. Agent calls are model calls of agents, from Loom. Cost
                and tokens include both.
              </p>
            </>
          ) : (
            <Empty>
              No data with a term of {dimension} was recorded {timeWords(query)}.
            </Empty>
          )
        }
      </Loaded>
    </>
  );
}

function columnsOf(dimension: string, rows: readonly AtlasRow[]): Column<AtlasRow>[] {
  const most = Math.max(1, ...rows.map((row) => row.traces + row.calls));
  return [
    {
      head: 'Term',
      grow: true,
      sort: (row) => row.term,
      cell: (row) => (
        <span class="with-bar">
          <a class="name" href={href(['traces'], { atlas: `${dimension}=${row.term}` })} data-row>
            {cut(row.term)}
          </a>
          <ShareBar share={(row.traces + row.calls) / most} />
        </span>
      ),
    },
    { head: 'Tool calls', numeric: true, sort: (row) => row.traces, cell: (row) => count(row.traces) },
    {
      head: 'Errors',
      numeric: true,
      sort: (row) => row.errors / Math.max(1, row.traces),
      cell: (row) => <Errors errors={row.errors} calls={row.traces} />,
    },
    { head: 'Agent calls', numeric: true, sort: (row) => row.calls, cell: (row) => count(row.calls) },
    { head: 'Tokens', numeric: true, sort: (row) => row.tokens, cell: (row) => short(row.tokens) },
    { head: 'Cost', numeric: true, sort: (row) => row.cost.micros, cell: (row) => <Cost of={row.cost} /> },
  ];
}
