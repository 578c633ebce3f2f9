import { SELECT_SESSION, type Session } from '../../sessions/session.js';
import type { Sql } from '../../store/sql.js';
import type { Agents } from '../contract/agents.js';
import type { Money } from '../contract/figures.js';
import type { Range } from '../contract/range.js';
import { rangeOf } from '../measure/range.js';
import { hoursOf } from '../measure/steps.js';
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
  const before = spanBefore(range);
  const tools = await toolsIn(db, range);
  return {
    range,
    total: { cost: await costIn(db, range), ...sumOf(tools) },
    before: { cost: await costIn(db, before), ...sumOf(await toolsIn(db, before)) },
    tools: tools.slice(0, TOOLS_SHOWN),
    toolNames: tools.length,
    running: await sessionRows({ db, home, now }, running.slice(0, SESSIONS_SHOWN)),
    stuck: await sessionRows({ db, home, now }, dead.slice(0, SESSIONS_SHOWN)),
    sync: await home.sync(),
  };
};

/** Cost of agents' calls and of generations in traces. */
async function costIn(db: Sql, { from, to }: Range): Promise<Money> {
  const all = [...(await callsByModel(db, [[from, to]])), ...(await generationsByModel(db, [[from, to]]))];
  return all.reduce((sum, { cost }) => addMoney(sum, cost), NO_MONEY);
}

type ToolCalls = Agents['tools'][number];

/**
 * Agents' own tool calls, including files and shells, most called first. Whole hours come from stored sums;
 * partial hours are counted here.
 */
async function toolsIn(db: Sql, { from, to }: Range): Promise<ToolCalls[]> {
  const { hours, rest } = hoursOf([[from, to]]);
  return await db.all<ToolCalls>(
    `SELECT name, SUM(calls) AS calls, SUM(errors) AS errors FROM (
       SELECT h.name, h.calls, h.errors FROM json_each(?1) e
         CROSS JOIN tool_hours h ON h.hour >= e.value ->> 0 AND h.hour < e.value ->> 1
       UNION ALL
       SELECT t.name, 1, t.ok IS 0 FROM json_each(?2) e CROSS JOIN tool_calls t
         ON t.started_at >= (e.value ->> 0) / 1000.0 AND t.started_at < (e.value ->> 1) / 1000.0)
     GROUP BY name ORDER BY calls DESC, name`,
    JSON.stringify(hours),
    JSON.stringify(rest),
  );
}

function sumOf(tools: readonly ToolCalls[]): { readonly calls: number; readonly errors: number } {
  return {
    calls: tools.reduce((sum, { calls }) => sum + calls, 0),
    errors: tools.reduce((sum, { errors }) => sum + errors, 0),
  };
}
