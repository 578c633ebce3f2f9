import type { Database } from '../../store/database.js';
import type { Statement } from '../../store/sql.js';
import { type QuerySteps, runSteps } from './query-steps.js';

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

/** The columns of `traces` that a link is found by. */
export interface TraceKeyRow {
  readonly tool_use_id: string | null;
  readonly session_id: string | null;
  readonly server: string | null;
  readonly tool: string | null;
  readonly started_us: number;
}

export function keysOf(row: TraceKeyRow): TraceKeys {
  return {
    toolUseId: row.tool_use_id,
    sessionId: row.session_id,
    server: row.server,
    tool: row.tool,
    startedUs: row.started_us,
  };
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

/** A trace that arrived before its session was known, and that session. */
export interface LateLink extends Link {
  /** Sequence number of the trace. */
  readonly seq: number;
  /** The session that it was linked to. */
  readonly before: string | null;
}

/** Traces of sessions that have just been read, if they are not linked yet. */
export function* lateLinks(sessionIds: readonly string[]): QuerySteps<LateLink[]> {
  if (sessionIds.length === 0) {
    return [];
  }
  const [rows = []] = yield [{ sql: UNLINKED, params: [JSON.stringify(sessionIds), SLACK_MS] }];
  const traces = rows as unknown as UnlinkedTrace[];
  const links = yield* findLinks(traces.map(keysOf));
  return traces.flatMap(({ seq, loom_session_id: before }, at) => {
    const link = links[at];
    return link ? [{ ...link, seq, before }] : [];
  });
}

/**
 * Links traces that arrived before the transcript of their session was read. Returns the number of linked
 * traces.
 */
export function linkSessions(db: Database, sessionIds: Iterable<string>): number {
  return db.transaction(() => {
    const links = runSteps(db, lateLinks([...sessionIds]));
    for (const { sessionId, basis, seq } of links) {
      db.run('UPDATE traces SET loom_session_id = ?, loom_basis = ? WHERE seq = ?', sessionId, basis, seq);
    }
    return links.length;
  });
}

interface UnlinkedTrace extends TraceKeyRow {
  readonly seq: number;
  readonly loom_session_id: string | null;
}

const UNLINKED_COLUMNS =
  't.seq, t.tool_use_id, t.session_id, t.server, t.tool, t.started_us, t.loom_session_id';
/** Names that differ in replaced characters pass too: {@link findLinks} compares them. */
const MAYBE_OF_TOOL = `(substr(c.name, -length(t.tool)) = t.tool OR t.tool GLOB '*[^a-zA-Z0-9_-]*')`;
/**
 * Traces that name one of the sessions' calls, unless they are already linked by it. Also traces with a session's
 * id, and those of MCP servers that started during a call of their tool.
 */
const UNLINKED = `SELECT ${UNLINKED_COLUMNS} FROM json_each(?1) s CROSS JOIN tool_calls c ON c.session_id = s.value
    CROSS JOIN traces t ON t.tool_use_id = c.id
    WHERE t.loom_session_id IS NOT s.value OR t.loom_basis IS NOT NULL
  UNION
  SELECT ${UNLINKED_COLUMNS} FROM json_each(?1) s CROSS JOIN sessions o ON o.id = s.value
    CROSS JOIN traces t ON t.session_id IN (o.id, o.source_session_id) WHERE t.loom_session_id IS NULL
  UNION
  SELECT ${UNLINKED_COLUMNS} FROM json_each(?1) s CROSS JOIN tool_calls c ON c.session_id = s.value
    CROSS JOIN traces t ON t.started_us BETWEEN (c.started_at - ?2) * 1000 AND (c.started_at + c.duration_ms + ?2) * 1000
    WHERE substr(c.name, 1, 5) = 'mcp__' AND c.duration_ms IS NOT NULL
      AND t.loom_session_id IS NULL AND t.server IS NOT NULL AND ${MAYBE_OF_TOOL}`;

/**
 * The name under which agents give an MCP server's tool to their model. Claude Code replaces characters that
 * the model's API forbids.
 */
function agentToolName(server: string, tool: string): string {
  const plain = (name: string) => name.replace(/[^a-zA-Z0-9_-]/g, '_');
  return `mcp__${plain(server)}__${plain(tool)}`;
}
