import { useState } from 'preact/hooks';
import type { SessionPage, SessionRow } from '../../src/dashboard/contract/sessions.js';
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

/** The first page as it is now, and behind it the older ones that were asked for. */
function Pages({ first, next, issue }: PagesProps) {
  const [older, setOlder] = useState<SessionPage | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const cursor = older ? older.next : next;
  const more = async () => {
    try {
      const page = await read<'sessions'>(
        addressOf('sessions', undefined, { issue, before: cursor ?? undefined }),
      );
      setOlder({ rows: [...(older?.rows ?? []), ...page.rows], next: page.next });
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const ids = new Set(first.map((row) => row.id));
  return (
    <>
      <Table
        caption="Sessions of agents"
        columns={SESSION_COLUMNS}
        rows={[...first, ...(older?.rows ?? []).filter((row) => !ids.has(row.id))]}
        keyOf={(row) => row.id}
      />
      {problem && <p class="notice bad">{problem}</p>}
      {cursor !== null && (
        <button type="button" class="more" onClick={more}>
          Show older sessions
        </button>
      )}
    </>
  );
}
