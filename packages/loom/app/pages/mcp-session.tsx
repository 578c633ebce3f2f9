import type { McpSessionView } from '../../src/dashboard/contract/mcp-sessions.js';
import { count, duration, plural } from '../format.js';
import { useRowsShown } from '../parts/more-rows.js';
import { Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut, SessionLink } from '../parts/rows.js';
import { Cost, Facts, Status, Time } from '../parts/text.js';
import { href } from '../router.js';
import { TraceTable } from '../traces/row.js';
import { useView } from '../use-view.js';

export function McpSessionPage({ id }: { id: string }) {
  const answer = useView('mcp-sessions/:id', {
    id,
    isStale: (trace) => trace === null || trace.sessionId === id,
  });
  return (
    <>
      <PageHead title={cut(id, 60)} above={<a href={href(['mcp-sessions'])}>MCP sessions</a>} />
      <Loaded answer={answer}>{(session) => <McpSession of={session} />}</Loaded>
    </>
  );
}

function McpSession({ of: { row, traces, more, agent } }: { of: McpSessionView }) {
  const { shown, more: showMore } = useRowsShown();
  return (
    <>
      <Facts
        items={[
          [
            'Client',
            row.client && (
              <a href={href(['clients', row.client])}>
                {cut(row.client, 40)} {row.clientVersion}
              </a>
            ),
          ],
          ['User', row.user],
          ['Server', row.server],
          ['Requests', count(row.requests)],
          ['Errors', row.errors > 0 ? <span class="bad">{count(row.errors)}</span> : 'none'],
          ['Started', <Time key="first" at={row.firstAt} />],
          ['Length', row.requests > 1 ? duration(row.lastAt - row.firstAt) : null],
        ]}
      />
      {agent && (
        <Panel title="Calling agent">
          <p>
            <SessionLink row={agent} /> <Status of={agent.status} /> <Cost of={agent.cost} />
          </p>
        </Panel>
      )}
      <Panel title="Calls, oldest first">
        <TraceTable caption="Calls of this session in order" rows={traces.slice(0, shown)} />
        {traces.length > shown && (
          <button type="button" class="more" onClick={showMore}>
            Show more <span class="faint">{count(traces.length - shown)} left</span>
          </button>
        )}
        {more && (
          <p class="note">
            The first {plural(traces.length, 'call')} of {count(row.requests)}.{' '}
            <a href={href(['traces'], { session: row.id })}>All of them</a>
          </p>
        )}
      </Panel>
    </>
  );
}
