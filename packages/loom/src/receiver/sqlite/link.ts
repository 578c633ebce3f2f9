import type { Database } from '../../store/database.js';

/** A trace begins after the agent has asked for it and ends before the agent has read the answer, give or take. */
const SLACK_MS = 1000;

/** How the agent's session of a trace is known. Null where the trace names the agent's own call. */
export type LinkBasis = 'session id' | 'tool and moment' | null;

export interface Link {
  readonly sessionId: string;
  readonly basis: LinkBasis;
}

export interface TraceKeys {
  /** The id that the agent has given to its call. */
  readonly toolUseId: string | null;
  readonly sessionId: string | null;
  readonly server: string | null;
  readonly tool: string | null;
  readonly startedUs: number;
}

/** The agent session that a trace belongs to; none where several might be meant. */
export function findLink(db: Database, keys: TraceKeys): Link | undefined {
  const caller = keys.toolUseId === null ? undefined : sessionOfCall(db, keys.toolUseId);
  if (caller !== undefined) {
    return { sessionId: caller, basis: null };
  }
  if (keys.sessionId !== null) {
    const [session, other] = db.all<{ id: string }>(
      'SELECT id FROM sessions WHERE id = ?1 UNION SELECT id FROM sessions WHERE source_session_id = ?1 LIMIT 2',
      keys.sessionId,
    );
    if (session && !other) {
      return { sessionId: session.id, basis: 'session id' };
    }
  }
  // A trace that names its call belongs to no other call of that moment.
  return keys.toolUseId === null ? linkByMoment(db, keys) : undefined;
}

function sessionOfCall(db: Database, id: string): string | undefined {
  return db.get<{ session_id: string }>('SELECT session_id FROM tool_calls WHERE id = ?', id)?.session_id;
}

function linkByMoment(db: Database, keys: TraceKeys): Link | undefined {
  if (keys.server === null || keys.tool === null) {
    return undefined;
  }
  const at = keys.startedUs / 1000;
  const [caller, other] = db.all<{ session_id: string }>(
    `SELECT DISTINCT session_id FROM tool_calls
     WHERE substr(name, 1, 5) = 'mcp__' AND name = ? AND started_at <= ? AND started_at + duration_ms >= ? LIMIT 2`,
    agentToolName(keys.server, keys.tool),
    at + SLACK_MS,
    at - SLACK_MS,
  );
  return caller && !other ? { sessionId: caller.session_id, basis: 'tool and moment' } : undefined;
}

/**
 * Links the traces that came before their session's transcript was read. For what has just been read; the number of
 * traces that were linked.
 */
export function linkSessions(db: Database, sessionIds: Iterable<string>): number {
  return db.transaction(() => {
    let linked = 0;
    for (const id of sessionIds) {
      for (const trace of unlinkedTraces(db, id)) {
        const link = findLink(db, {
          toolUseId: trace.tool_use_id,
          sessionId: trace.session_id,
          server: trace.server,
          tool: trace.tool,
          startedUs: trace.started_us,
        });
        if (link) {
          linked += db.run(
            'UPDATE traces SET loom_session_id = ?, loom_basis = ? WHERE seq = ?',
            link.sessionId,
            link.basis,
            trace.seq,
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
 * Those that name one of the session's calls, unless they are linked by it; of the others, those that carry the
 * session's id, and those of MCP servers that began while it called a tool.
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

/** As agents name an MCP server's tool to their model; Claude Code replaces what the model's API forbids. */
function agentToolName(server: string, tool: string): string {
  const plain = (name: string) => name.replace(/[^a-zA-Z0-9_-]/g, '_');
  return `mcp__${plain(server)}__${plain(tool)}`;
}
