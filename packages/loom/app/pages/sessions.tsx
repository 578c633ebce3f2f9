import type { SessionRow } from '../../src/dashboard/contract/sessions.js';
import { plural } from '../format.js';
import { MoreRows } from '../parts/more-rows.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { Table } from '../parts/table.js';
import { href, usePlace } from '../router.js';
import { addressOf, type Parameters, read } from '../source.js';
import { listTime, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';
import { SESSION_COLUMNS } from './session-columns.js';

export function SessionsPage() {
  const { query } = usePlace();
  const issue = query.get('issue') || undefined;
  const parameters = { ...(issue ? {} : listTime(query)), issue };
  const answer = useView('sessions', { parameters });
  return (
    <>
      <PageHead title="Sessions">
        <p class="count">{answer.data && plural(answer.data.total, 'session')}</p>
        {issue && (
          <a class="chip" href={href(['sessions'])}>
            Issue: {cut(issue, 40)} <span aria-hidden="true">×</span>
            <span class="spoken">Show all sessions</span>
          </a>
        )}
        {!issue && <RangeChoice />}
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, next }) =>
          rows.length > 0 ? (
            <Pages key={JSON.stringify(parameters)} first={rows} next={next} parameters={parameters} />
          ) : (
            <Empty>
              {issue ? 'No session worked on this issue.' : `No sessions ${timeWords(query)}.`}{' '}
              <code>lm hooks install</code> records every session of Claude Code.
            </Empty>
          )
        }
      </Loaded>
    </>
  );
}

interface PagesProps {
  readonly first: readonly SessionRow[];
  readonly next: string | null;
  readonly parameters: Parameters;
}

function Pages({ first, next, parameters }: PagesProps) {
  return (
    <MoreRows
      first={first}
      next={next}
      more={(before) => read<'sessions'>(addressOf('sessions', undefined, { ...parameters, before }))}
      keyOf={(row) => row.id}
    >
      {(rows) => (
        <Table
          caption="Sessions of agents"
          columns={SESSION_COLUMNS}
          rows={rows}
          keyOf={(row) => row.id}
          limit={rows.length}
        />
      )}
    </MoreRows>
  );
}
