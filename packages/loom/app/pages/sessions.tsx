import type { SessionRow } from '../../src/dashboard/contract/sessions.js';
import { MoreRows } from '../parts/more-rows.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { Table } from '../parts/table.js';
import { usePlace } from '../router.js';
import { addressOf, read } from '../source.js';
import { useView } from '../use-view.js';
import { SESSION_COLUMNS } from './session-columns.js';

export function SessionsPage() {
  const { query } = usePlace();
  const issue = query.get('issue') || undefined;
  const answer = useView('sessions', { parameters: { issue } });
  return (
    <>
      <PageHead title="Sessions">
        {issue && (
          <a class="chip" href="#/sessions">
            Issue: {cut(issue, 40)} <span aria-hidden="true">×</span>
            <span class="spoken">Show all sessions</span>
          </a>
        )}
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, next }) =>
          rows.length > 0 ? (
            <Pages key={issue} first={rows} next={next} issue={issue} />
          ) : (
            <Empty>
              {issue
                ? 'No session worked on this issue.'
                : 'No sessions yet. lm hooks install records every session of Claude Code.'}
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
  readonly issue: string | undefined;
}

function Pages({ first, next, issue }: PagesProps) {
  return (
    <MoreRows
      first={first}
      next={next}
      more={(before) => read<'sessions'>(addressOf('sessions', undefined, { issue, before }))}
      keyOf={(row) => row.id}
    >
      {(rows) => (
        <Table caption="Sessions of agents" columns={SESSION_COLUMNS} rows={rows} keyOf={(row) => row.id} />
      )}
    </MoreRows>
  );
}
