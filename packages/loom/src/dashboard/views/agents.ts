import { deadSessions } from '../../sessions/recover.js';
import { listSessions } from '../../sessions/store.js';
import type { Database } from '../../store/database.js';
import { Outbox } from '../../sync/outbox.js';
import type { Agents } from '../contract/agents.js';
import type { Range } from '../contract/range.js';
import { rangeOf } from '../measure/range.js';
import { callsBetween } from './calls.js';
import { spanBefore } from './filtered.js';
import { generationsBetween } from './generations.js';
import { addMoney } from './money.js';
import { sessionRows } from './session-rows.js';
import type { View } from './view.js';

const SESSIONS_SHOWN = 20;
const TOOLS_SHOWN = 20;

export const agents: View<'agents'> = ({ db, now }, params) => {
  const range = rangeOf(db, now, params);
  const dead = deadSessions(db, now).map(({ session }) => session);
  const stuck = new Set(dead.map((session) => session.id));
  const running = listSessions(db, { open: true, limit: SESSIONS_SHOWN + stuck.size }).filter(
    (session) => session.status === 'running' && !stuck.has(session.id),
  );
  const { queued, sending, sent, dead: failed, last_sent_at } = new Outbox(db).status();
  return {
    range,
    total: sumsIn(db, range),
    before: sumsIn(db, spanBefore(range)),
    tools: db.all(
      `SELECT name, COUNT(*) AS calls, COALESCE(SUM(ok = 0), 0) AS errors FROM tool_calls
       WHERE started_at >= ? AND started_at < ? GROUP BY name ORDER BY calls DESC, name LIMIT ${TOOLS_SHOWN}`,
      range.from,
      range.to,
    ),
    toolNames:
      db.get<{ n: number }>(
        'SELECT COUNT(DISTINCT name) AS n FROM tool_calls WHERE started_at >= ? AND started_at < ?',
        range.from,
        range.to,
      )?.n ?? 0,
    running: sessionRows(db, running.slice(0, SESSIONS_SHOWN), now),
    stuck: sessionRows(db, dead.slice(0, SESSIONS_SHOWN), now),
    sync: { queued: queued + sending, sent, failed, lastSentAt: last_sent_at },
  };
};

/** Cost of agents' calls and of generations in traces; agents' own tool calls, of files and shells too. */
function sumsIn(db: Database, { from, to }: Range): Agents['total'] {
  const tools = db.get<{ calls: number; errors: number }>(
    `SELECT COUNT(*) AS calls, COALESCE(SUM(ok = 0), 0) AS errors FROM tool_calls WHERE started_at >= ? AND started_at < ?`,
    from,
    to,
  );
  return {
    cost: addMoney(callsBetween(db, from, to), generationsBetween(db, from, to)),
    calls: tools?.calls ?? 0,
    errors: tools?.errors ?? 0,
  };
}
