import { plural } from '../format.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { Table } from '../parts/table.js';
import { usePlace } from '../router.js';
import { timeParameters } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { CLIENT_COLUMNS } from './client-columns.js';

export function ClientsPage() {
  const { query } = usePlace();
  const answer = useView('clients', {
    parameters: { ...timeParameters(query), server: query.get('server') || undefined },
  });
  return (
    <>
      <PageHead title="Clients">
        <p class="count">{answer.data && plural(answer.data.rows.length, 'version')}</p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {({ rows }) =>
          rows.length > 0 ? (
            <>
              <Table
                caption="MCP clients and their versions"
                columns={CLIENT_COLUMNS}
                rows={rows}
                keyOf={(row) => `${row.client} ${row.version}`}
              />
              <p class="note">Clients report their own names and versions. They are not verified.</p>
            </>
          ) : (
            <Empty>No clients in this period.</Empty>
          )
        }
      </Loaded>
    </>
  );
}
