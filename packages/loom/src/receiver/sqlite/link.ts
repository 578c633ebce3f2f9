import type { Database } from '../../store/database.js';
import type { Statement } from '../../store/sql.js';
import { type QuerySteps, runSteps } from './asking.js';

/** Tolerance for clocks: a trace starts after the agent's call and ends before the agent reads the result. */
const SLACK_MS = 1000;

/** How the agent's session of a trace was found. Null if the trace names the agent's own call. */
export type LinkBasis = 'session id' | 'tool and moment' | null;

export interface Link {
  readonly sessionId: string;
  readonly basis: LinkBasis;
}

export interface TraceKeys {
  /** The agent's id of its call. */
  readonly toolUseId: string | null;
  readonly sessionId: string | null;
  readonly server: string | null;
  readonly tool: string | null;
  readonly startedUs: number;
}

interface Found {
  by_call: string | null;
  by_session: string | null;
  by_moment: string | null;
}

/** The agent sessions of traces, in the same order; undefined if several sessions match. */
export function* findLinks(traces: readonly TraceKeys[]): QuerySteps<(Link | undefined)[]> {
  if (traces.length === 0) {
    return [];
  }
  const [first] = traces;
  if (first && traces.length === 1) {
    return [linkOf(first, yield* findOne(first))];
  }
  const [rows = []] = yield [{ sql: LINKS, params: [JSON.stringify(traces.map(queryValues))] }];
  const found = new Map((rows as unknown as (Found & { readonly at: number })[]).map((row) => [row.at, row]));
  return traces.map((keys, at) => linkOf(keys, found.get(at)));
}

/** Most requests have one trace, and most traces name no call. So only possible matches are queried. */
function* findOne(keys: TraceKeys): QuerySteps<Found> {
  const [call, session, name, until, from] = queryValues(keys);
  const questions: [by: keyof Found, Statement][] = [];
  if (call !== null) {
    questions.push([
      'by_call',
      { sql: 'SELECT session_id AS id FROM tool_calls WHERE id = ?', params: [call] },
    ]);
  }
  if (session !== null) {
    questions.push(['by_session', { sql: SESSIONS, params: [session] }]);
  }
  if (name !== null) {
    questions.push(['by_moment', { sql: CALLERS, params: [name, until, from] }]);
  }
  const found = { ...NOTHING };
  if (questions.length > 0) {
    const rows = yield questions.map(([, question]) => question);
    for (const [at, [by]] of questions.entries()) {
      const [one, other] = (rows[at] ?? []) as { id: string }[];
      found[by] = one && !other ? one.id : null;
    }
  }
  return found;
}

const NOTHING: Found = { by_call: null, by_session: null, by_moment: null };

function linkOf(keys: TraceKeys, found: Found | undefined): Link | undefined {
  if (found?.by_call) {
    return { sessionId: found.by_call, basis: null };
  }
  if (found?.by_session) {
    return { sessionId: found.by_session, basis: 'session id' };
  }
  // A trace that names a call does not belong to another call at the same time.
  return found?.by_moment && keys.toolUseId === null
    ? { sessionId: found.by_moment, basis: 'tool and moment' }
    : undefined;
}

function queryValues({
  toolUseId,
  sessionId,
  server,
  tool,
  startedUs,
}: TraceKeys): (string | number | null)[] {
  const at = startedUs / 1000;
  const name = server === null || tool === null ? null : agentToolName(server, tool);
  return [toolUseId, sessionId, toolUseId === null ? name : null, at + SLACK_MS, at - SLACK_MS];
}

/** The only matching id; NULL if several match. */
const only = (of: string) => `SELECT CASE WHEN COUNT(*) = 1 THEN MIN(id) END FROM (${of} LIMIT 2)`;
const sessionsOf = (id: string) =>
  `SELECT id FROM sessions WHERE id = ${id} UNION SELECT id FROM sessions WHERE source_session_id = ${id}`;
const callersAt = (name: string, until: string, from: string) =>
  `SELECT DISTINCT session_id AS id FROM tool_calls WHERE substr(name, 1, 5) = 'mcp__' AND name = ${name}
   AND started_at <= ${until} AND started_at + duration_ms >= ${from}`;
const SESSIONS = `${sessionsOf('?1')} LIMIT 2`;
const CALLERS = `${callersAt('?', '?', '?')} LIMIT 2`;
const LINKS = `SELECT e.key AS at, (SELECT session_id FROM tool_calls WHERE id = e.value ->> 0) AS by_call,
  (${only(sessionsOf('e.value ->> 1'))}) AS by_session,
  (${only(callersAt('e.value ->> 2', 'e.value ->> 3', 'e.value ->> 4'))}) AS by_moment
  FROM json_each(?) e`;

/**
 * Links traces that arrived before the transcript of their session was read. Returns the number of linked
 * traces.
 */
export function linkSessions(db: Database, sessionIds: Iterable<string>): number {
  return db.transaction(() => {
    let linked = 0;
    for (const id of sessionIds) {
      const traces = unlinkedTraces(db, id);
      const links = runSteps(
        db,
        findLinks(
          traces.map((trace) => ({
            toolUseId: trace.tool_use_id,
            sessionId: trace.session_id,
            server: trace.server,
            tool: trace.tool,
            startedUs: trace.started_us,
          })),
        ),
      );
      for (const [at, { seq }] of traces.entries()) {
        const link = links[at];
        if (link) {
          linked += db.run(
            'UPDATE traces SET loom_session_id = ?, loom_basis = ? WHERE seq = ?',
            link.sessionId,
            link.basis,
            seq,
          );
        }
      }
    }
    return linked;
  });
}

interface UnlinkedTrace {
  readonly seq: number;
  readonly tool_use_id: string | null;
  readonly session_id: string | null;
  readonly server: string | null;
  readonly tool: string | null;
  readonly started_us: number;
}

/**
 * Traces that name one of the session's calls, unless they are already linked by it. Also traces with the
 * session's id, and those of MCP servers that started during one of its tool calls.
 */
function unlinkedTraces(db: Database, sessionId: string): UnlinkedTrace[] {
  const columns = 't.seq, t.tool_use_id, t.session_id, t.server, t.tool, t.started_us';
  return db.all<UnlinkedTrace>(
    `SELECT ${columns} FROM tool_calls c JOIN traces t ON t.tool_use_id = c.id
     WHERE c.session_id = ?1 AND (t.loom_session_id IS NOT ?1 OR t.loom_basis IS NOT NULL)
     UNION
     SELECT ${columns} FROM traces t
     WHERE t.loom_session_id IS NULL AND t.session_id IN
       (SELECT id FROM sessions WHERE id = ?1 UNION SELECT source_session_id FROM sessions WHERE id = ?1)
     UNION
     SELECT ${columns} FROM tool_calls c
     JOIN traces t ON t.started_us BETWEEN (c.started_at - ?2) * 1000 AND (c.started_at + c.duration_ms + ?2) * 1000
     WHERE c.session_id = ?1 AND substr(c.name, 1, 5) = 'mcp__' AND c.duration_ms IS NOT NULL
       AND t.loom_session_id IS NULL AND t.server IS NOT NULL`,
    sessionId,
    SLACK_MS,
  );
}

/**
 * The name under which agents give an MCP server's tool to their model. Claude Code replaces characters that
 * the model's API forbids.
 */
function agentToolName(server: string, tool: string): string {
  const plain = (name: string) => name.replace(/[^a-zA-Z0-9_-]/g, '_');
  return `mcp__${plain(server)}__${plain(tool)}`;
}
