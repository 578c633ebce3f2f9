import type { Sql } from '../../store/sql.js';
import type { McpSessionRow } from '../contract/mcp-sessions.js';
import { type Condition, joined, traceCondition } from '../measure/conditions.js';
import { rangeOf } from '../measure/range.js';
import { cursorText, readCursor } from './cursor.js';
import { findSession, sessionRows } from './session-rows.js';
import { throughIndex, timeCondition } from './trace-filter.js';
import { TRACE_COLUMNS, type TraceRecord, traceRow } from './trace-rows.js';
import { type View, ViewError } from './view.js';

const CALLS_SHOWN = 500;

interface Row {
  readonly id: string;
  readonly server: string | null;
  readonly client: string | null;
  readonly version: string | null;
  readonly user: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly tools: number;
  readonly first_us: number;
  readonly last_us: number;
}

/** Sessions with a request in the period. Their figures are limited to it. */
export const mcpSessions: View<'mcp-sessions'> = async ({ db, now }, { before, limit, ...params }) => {
  const range = await rangeOf(db, now, params);
  const dimensions = traceCondition(params);
  const where = joined([{ sql: 't.session_id IS NOT NULL', params: [] }, timeCondition(range), dimensions]);
  const from =
    dimensions.sql === '1' ? throughIndex('traces t', 'traces_session_started', range) : 'traces t';
  const [lastUs, offset] = readCursor(before, 2) ?? [Number.MAX_SAFE_INTEGER, 0];
  // The ids come from an index. Figures are read only for the sessions on this page.
  const all = await db.all<{ id: string; last_us: number }>(
    `SELECT t.session_id AS id, MAX(t.started_us) AS last_us FROM ${from} WHERE ${where.sql}
     GROUP BY t.session_id ORDER BY 2 DESC, 1`,
    ...where.params,
  );
  const first = all.findIndex((session) => session.last_us <= (lastUs ?? 0));
  const page = first < 0 ? [] : all.slice(first + (offset ?? 0), first + (offset ?? 0) + limit + 1);
  const rows = await sessionsWhere(
    db,
    joined([
      where,
      {
        sql: 't.session_id IN (SELECT value FROM json_each(?))',
        params: [JSON.stringify(page.map(({ id }) => id))],
      },
    ]),
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const shown = rows.slice(0, limit);
  return {
    range,
    rows: shown.map(rowOf),
    total: all.length,
    // The index is part of the cursor, because several sessions may have their latest call in the same
    // microsecond.
    next: last
      ? cursorText([
          last.last_us,
          shown.filter((row) => row.last_us === last.last_us).length +
            (last.last_us === lastUs ? (offset ?? 0) : 0),
        ])
      : null,
  };
};

export const mcpSession: View<'mcp-sessions/:id'> = async (context, _params, id) => {
  const { db } = context;
  const [found] = await sessionsWhere(db, { sql: 't.session_id = ?', params: [id] });
  if (!found) {
    throw new ViewError(404, `There is no MCP session "${id}".`);
  }
  const rows = await db.all<TraceRecord & { readonly loom_session_id: string | null }>(
    `SELECT ${TRACE_COLUMNS}, t.loom_session_id FROM traces t WHERE t.session_id = ?
     ORDER BY t.started_us, t.seq LIMIT ${CALLS_SHOWN + 1}`,
    id,
  );
  const linked = rows.find((row) => row.loom_session_id !== null)?.loom_session_id;
  const agent = linked ? await findSession(db, linked) : undefined;
  return {
    row: rowOf(found),
    traces: rows.slice(0, CALLS_SHOWN).map(traceRow),
    more: rows.length > CALLS_SHOWN,
    agent: agent ? ((await sessionRows(context, [agent]))[0] ?? null) : null,
  };
};

async function sessionsWhere(db: Sql, where: Condition): Promise<Row[]> {
  return await db.all<Row>(
    `SELECT t.session_id AS id, MAX(t.server) AS server, MAX(t.client_name) AS client, MAX(t.client_version) AS version,
       MAX(t.user_id) AS user, COUNT(*) AS requests, SUM(t.failed) AS errors, COUNT(DISTINCT t.tool) AS tools,
       MIN(t.started_us) AS first_us, MAX(t.started_us) AS last_us
     FROM traces t WHERE ${where.sql} GROUP BY t.session_id ORDER BY last_us DESC, t.session_id`,
    ...where.params,
  );
}

function rowOf(row: Row): McpSessionRow {
  return {
    id: row.id,
    server: row.server,
    client: row.client,
    clientVersion: row.version,
    user: row.user,
    requests: row.requests,
    errors: row.errors,
    tools: row.tools,
    firstAt: row.first_us / 1000,
    lastAt: row.last_us / 1000,
  };
}
