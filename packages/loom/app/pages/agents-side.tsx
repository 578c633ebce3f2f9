import type { Agents } from '../../src/dashboard/contract/agents.js';
import { count, plural } from '../format.js';
import { Icon } from '../parts/icon.js';
import { Empty, Panel } from '../parts/panel.js';
import { SessionLink } from '../parts/rows.js';
import { Cost, Status, Time } from '../parts/text.js';
import { href } from '../router.js';
import { signOut } from '../source.js';

/** Running sessions. Stuck ones are first, because they need attention. */
export function OpenSessions({ of: { running, stuck } }: { of: Agents }) {
  const stuckIds = new Set(stuck.map(({ id }) => id));
  const all = [...stuck, ...running.filter(({ id }) => !stuckIds.has(id))];
  return (
    <Panel title="Open sessions" side={<a href={href(['sessions'])}>All sessions</a>}>
      {all.length > 0 ? (
        <ul class="cards">
          {all.map((row) => (
            <li key={row.id}>
              <p>
                <SessionLink row={row} />
                <Cost of={row.cost} />
              </p>
              <p class="faint">
                <Status of={stuckIds.has(row.id) ? 'stuck' : row.status} /> {row.agent} · last seen{' '}
                <Time at={row.lastSeenAt} />
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <Empty>No session is running.</Empty>
      )}
    </Panel>
  );
}

/** Progress of sending to Langfuse. */
export function SyncState({ of }: { of: Agents['sync'] }) {
  return (
    <Panel title="Sent to Langfuse">
      <p class="sync">
        {of.failed > 0 ? (
          <span class="bad">
            <Icon name="error" /> {plural(of.failed, 'item')} could not be sent
          </span>
        ) : of.queued > 0 ? (
          <>
            <Icon name="up" /> {plural(of.queued, 'item')} to send
          </>
        ) : of.sent > 0 ? (
          <>
            <Icon name="ok" /> Up to date
          </>
        ) : (
          <span class="faint">Nothing sent yet</span>
        )}
      </p>
      {of.problem !== null && (
        <p class="warn">
          <Icon name="warn" /> {of.problem}
        </p>
      )}
      <p class="faint">
        {of.sent > 0 && `${count(of.sent)} sent`}
        {of.lastSentAt !== null && (
          <>
            , last <Time at={of.lastSentAt} />
          </>
        )}
        {of.failed + of.queued > 0 && !signOut && (
          <>
            {' '}
            · send with <code>lm sync</code>
          </>
        )}
      </p>
    </Panel>
  );
}
