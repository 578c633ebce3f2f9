import { deadSessions } from '../../sessions/recover.js';
import { listSessions } from '../../sessions/store.js';
import type { Database } from '../../store/database.js';
import { Outbox } from '../../sync/outbox.js';
import type { Latency, Money } from '../contract/figures.js';
import type { Overview } from '../contract/overview.js';
import { callsBetween } from './calls.js';
import { FOREVER, startOfDays } from './days.js';
import { generationsBetween } from './generations.js';
import { addMoney } from './money.js';
import { durationsOf, latencyOf } from './percentiles.js';
import { sessionRows } from './session-rows.js';
import { toolRows } from './tools.js';
import { TRACE_COLUMNS, type TraceRecord, traceRow } from './trace-rows.js';
import type { View } from './view.js';

const TOOLS_SHOWN = 8;
const SESSIONS_SHOWN = 20;
const ERRORS_SHOWN = 8;

export const overview: View<'overview'> = ({ db, now, project, receiverUrl }) => {
  const starts = { today: startOfDays(now, 1), days7: startOfDays(now, 7), days30: startOfDays(now, 30) };
  const dead = deadSessions(db, now).map(({ session }) => session);
  const stuck = new Set(dead.map((session) => session.id));
  const running = listSessions(db, { open: true, limit: SESSIONS_SHOWN + stuck.size }).filter(
    (session) => session.status === 'running' && !stuck.has(session.id),
  );
  const { queued, sending, sent, dead: failed, last_sent_at } = new Outbox(db).status();
  return {
    project,
    now,
    cost: costSince(db, starts),
    ...traceCounts(db, starts),
    latency: latencySince(db, starts.days30),
    tools: toolRows(db, starts.days30).slice(0, TOOLS_SHOWN),
    running: sessionRows(db, running.slice(0, SESSIONS_SHOWN)),
    stuck: sessionRows(db, dead.slice(0, SESSIONS_SHOWN)),
    recentErrors: db
      .all<TraceRecord>(
        `SELECT ${TRACE_COLUMNS} FROM traces t WHERE t.errors > 0 ORDER BY t.started_us DESC LIMIT ${ERRORS_SHOWN}`,
      )
      .map(traceRow),
    sync: { queued: queued + sending, sent, failed, lastSentAt: last_sent_at },
    receiver: { url: receiverUrl },
  };
};

interface Starts {
  readonly today: number;
  readonly days7: number;
  readonly days30: number;
}

/** Agents' calls and generations of traces. Each day is read once and counted for every span of time it lies in. */
function costSince(db: Database, starts: Starts): Overview['cost'] {
  const between = (from: number, until: number): Money =>
    addMoney(callsBetween(db, from, until), generationsBetween(db, from, until));
  const today = between(starts.today, FOREVER);
  const days7 = addMoney(today, between(starts.days7, starts.today));
  return { today, days7, days30: addMoney(days7, between(starts.days30, starts.days7)) };
}

type Condition = '1' | 'errors > 0';

function traceCounts(db: Database, starts: Starts): Pick<Overview, 'calls' | 'errors'> {
  const count = (condition: Condition) => ({
    today: countOf(db, condition, starts.today),
    days7: countOf(db, condition, starts.days7),
    days30: countOf(db, condition, starts.days30),
  });
  return { calls: count('1'), errors: count('errors > 0') };
}

function countOf(db: Database, condition: Condition, from: number): number {
  const row = db.get<{ count: number }>(
    `SELECT COUNT(*) AS count FROM traces WHERE ${condition} AND started_us >= ?`,
    from * 1000,
  );
  return row?.count ?? 0;
}

function latencySince(db: Database, from: number): Latency {
  const row = db.get<{ durations: string }>(
    'SELECT json_group_array(duration_us) AS durations FROM traces INDEXED BY traces_tool WHERE started_us >= ?',
    from * 1000,
  );
  return latencyOf(durationsOf(row?.durations ?? '[]'));
}
