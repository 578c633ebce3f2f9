import { deadSessions } from '../../sessions/recover.js';
import { listSessions } from '../../sessions/store.js';
import type { Database } from '../../store/database.js';
import { Outbox } from '../../sync/outbox.js';
import type { Agents } from '../contract/agents.js';
import type { Money } from '../contract/figures.js';
import { callsBetween } from './calls.js';
import { FOREVER, startOfDays } from './days.js';
import { generationsBetween } from './generations.js';
import { addMoney } from './money.js';
import { sessionRows } from './session-rows.js';
import type { View } from './view.js';

const SESSIONS_SHOWN = 20;
const TOOLS_SHOWN = 20;

export const agents: View<'agents'> = ({ db, now }) => {
  const starts = { today: startOfDays(now, 1), days7: startOfDays(now, 7), days30: startOfDays(now, 30) };
  const dead = deadSessions(db, now).map(({ session }) => session);
  const stuck = new Set(dead.map((session) => session.id));
  const running = listSessions(db, { open: true, limit: SESSIONS_SHOWN + stuck.size }).filter(
    (session) => session.status === 'running' && !stuck.has(session.id),
  );
  const { queued, sending, sent, dead: failed, last_sent_at } = new Outbox(db).status();
  return {
    now,
    cost: costSince(db, starts),
    ...toolCallsSince(db, starts),
    tools: db.all(
      `SELECT name, COUNT(*) AS calls, COALESCE(SUM(ok = 0), 0) AS errors FROM tool_calls
       WHERE started_at >= ? GROUP BY name ORDER BY calls DESC, name LIMIT ${TOOLS_SHOWN}`,
      starts.days30,
    ),
    running: sessionRows(db, running.slice(0, SESSIONS_SHOWN), now),
    stuck: sessionRows(db, dead.slice(0, SESSIONS_SHOWN), now),
    sync: { queued: queued + sending, sent, failed, lastSentAt: last_sent_at },
  };
};

interface Starts {
  readonly today: number;
  readonly days7: number;
  readonly days30: number;
}

/** Agents' calls and generations of traces. Each day is read once and counted for every span of time it lies in. */
function costSince(db: Database, starts: Starts): Agents['cost'] {
  const between = (from: number, until: number): Money =>
    addMoney(callsBetween(db, from, until), generationsBetween(db, from, until));
  const today = between(starts.today, FOREVER);
  const days7 = addMoney(today, between(starts.days7, starts.today));
  return { today, days7, days30: addMoney(days7, between(starts.days30, starts.days7)) };
}

/** Agents' own tool calls: of files and shells as well as of MCP servers. */
function toolCallsSince(db: Database, starts: Starts): Pick<Agents, 'calls' | 'errors'> {
  const row = db.get<Record<string, number>>(
    `SELECT COALESCE(SUM(started_at >= ?1), 0) AS c1, COALESCE(SUM(started_at >= ?2), 0) AS c7, COUNT(*) AS c30,
       COALESCE(SUM(ok = 0 AND started_at >= ?1), 0) AS e1, COALESCE(SUM(ok = 0 AND started_at >= ?2), 0) AS e7,
       COALESCE(SUM(ok = 0), 0) AS e30
     FROM tool_calls WHERE started_at >= ?3`,
    starts.today,
    starts.days7,
    starts.days30,
  );
  return {
    calls: { today: row?.c1 ?? 0, days7: row?.c7 ?? 0, days30: row?.c30 ?? 0 },
    errors: { today: row?.e1 ?? 0, days7: row?.e7 ?? 0, days30: row?.e30 ?? 0 },
  };
}
