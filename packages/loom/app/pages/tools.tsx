import type { ToolRow } from '../../src/dashboard/contract/tools.js';
import { count } from '../format.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { Table } from '../parts/table.js';
import { href, usePlace } from '../router.js';
import { timeParameters } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { isPriced, LAST_CALL, TOOL_COLUMNS, TOOL_COST } from './tool-columns.js';

const KINDS = [
  ['tool', 'Tools'],
  ['resource', 'Resources'],
  ['prompt', 'Prompts'],
  ['other', 'Other requests'],
] as const;

export function ToolsPage() {
  const { query } = usePlace();
  const answer = useView('tools', {
    parameters: { ...timeParameters(query), server: query.get('server') || undefined },
  });
  return (
    <>
      <PageHead title="Tools, resources and prompts">
        <p class="count">{answer.data && `${count(answer.data.rows.length)} called`}</p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, neverCalled }) => (
          <>
            {rows.length === 0 && <Empty>No calls in this period.</Empty>}
            {KINDS.map(([kind, title]) => (
              <Kind key={kind} title={title} rows={rows.filter((row) => row.kind === kind)} />
            ))}
            {neverCalled && neverCalled.length > 0 && (
              <Panel title="Advertised, never called in this period">
                <ul class="names">
                  {neverCalled.map((name) => (
                    <li key={name}>
                      <a href={href(['tools', name])}>{name}</a>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            {neverCalled === null && rows.length > 0 && (
              <p class="note">
                Tools that were never called are unknown, because no tools/list answer is recorded.
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Kind({ title, rows }: { title: string; rows: readonly ToolRow[] }) {
  if (rows.length === 0) return null;
  return (
    <Panel title={title}>
      <Table
        caption={`${title} with calls, errors and latency`}
        columns={[...TOOL_COLUMNS, ...(rows.some(isPriced) ? [TOOL_COST] : []), LAST_CALL]}
        rows={rows}
        keyOf={(row) => `${row.server} ${row.tool}`}
      />
    </Panel>
  );
}
