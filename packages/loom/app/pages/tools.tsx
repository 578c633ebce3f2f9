import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { Table } from '../parts/table.js';
import { usePlace } from '../router.js';
import { useView } from '../use-view.js';
import { DaysChoice, daysOf } from './days.js';
import { LAST_CALL, TOOL_COLUMNS } from './tool-columns.js';

const COLUMNS = [...TOOL_COLUMNS, LAST_CALL];

export function ToolsPage() {
  const { query } = usePlace();
  const answer = useView('tools', { parameters: { days: daysOf(query) } });
  return (
    <>
      <PageHead title="Tools">
        <DaysChoice query={query} />
      </PageHead>
      <Loaded answer={answer}>
        {({ rows }) =>
          rows.length > 0 ? (
            <Table
              caption="Tools with calls, errors, durations and cost"
              columns={COLUMNS}
              rows={rows}
              keyOf={(row) => `${row.server} ${row.tool}`}
            />
          ) : (
            <Empty>No tool was called in this time.</Empty>
          )
        }
      </Loaded>
    </>
  );
}
