import { SELECT_SESSION, type Session } from '../../sessions/session.js';
import type { Sql } from '../../store/sql.js';
import type { Agents } from '../contract/agents.js';
import type { Range } from '../contract/range.js';
import { rangeOf } from '../measure/range.js';
import { callsByModel } from './calls.js';
import { spanBefore } from './filtered.js';
import { generationsByModel } from './generations.js';
import { addMoney, NO_MONEY } from './money.js';
import { sessionRows } from './session-rows.js';
import type { View } from './view.js';

const SESSIONS_SHOWN = 20;
const TOOLS_SHOWN = 20;

export const agents: View<'agents'> = async ({ db, now, home }, params) => {
  const range = await rangeOf(db, now, params);
  const dead = await home.deadSessions(now);
  const stuck = new Set(dead.map((session) => session.id));
  const open = await db.all<Session>(
    `${SELECT_SESSION} WHERE ended_at IS NULL ORDER BY started_at DESC, rowid DESC LIMIT ?`,
    SESSIONS_SHOWN + stuck.size,
  );
  const running = open.filter((session) => session.status === 'running' && !stuck.has(session.id));
  return {
    range,
    total: await sumsIn(db, range),
    before: await sumsIn(db, spanBefore(range)),
    tools: await db.all(
      `SELECT name, COUNT(*) AS calls, COALESCE(SUM(ok = 0), 0) AS errors FROM tool_calls
       WHERE started_at >= ? AND started_at < ? GROUP BY name ORDER BY calls DESC, name LIMIT ${TOOLS_SHOWN}`,
      range.from,
      range.to,
    ),
    toolNames:
      (
        await db.get<{ n: number }>(
          'SELECT COUNT(DISTINCT name) AS n FROM tool_calls WHERE started_at >= ? AND started_at < ?',
          range.from,
          range.to,
        )
      )?.n ?? 0,
    running: await sessionRows({ db, home, now }, running.slice(0, SESSIONS_SHOWN)),
    stuck: await sessionRows({ db, home, now }, dead.slice(0, SESSIONS_SHOWN)),
    sync: await home.sync(),
  };
};

/** Cost of agents' calls and of generations in traces; agents' own tool calls, of files and shells too. */
async function sumsIn(db: Sql, { from, to }: Range): Promise<Agents['total']> {
  const tools = await db.get<{ calls: number; errors: number }>(
    `SELECT COUNT(*) AS calls, COALESCE(SUM(ok = 0), 0) AS errors FROM tool_calls WHERE started_at >= ? AND started_at < ?`,
    from,
    to,
  );
  return {
    cost: [...(await callsByModel(db, [[from, to]])), ...(await generationsByModel(db, [[from, to]]))].reduce(
      (sum, { cost }) => addMoney(sum, cost),
      NO_MONEY,
    ),
    calls: tools?.calls ?? 0,
    errors: tools?.errors ?? 0,
  };
}
