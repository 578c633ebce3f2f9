import { hostname } from 'node:os';
import { EXIT, LoomError } from '../errors.js';
import { commitAt, gitHead } from '../git.js';
import { freeId, sessionId } from '../ids.js';
import { markStale } from '../ledger/stale.js';
import type { Database } from '../store/database.js';
import { SELECT_SESSION, type Session, type SessionState } from './session.js';

export interface NewSession {
  readonly agent: string;
  readonly source: string;
  readonly sourceSessionId?: string | undefined;
  readonly parentSessionId?: string | undefined;
  readonly cwd?: string | undefined;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  readonly process?: { pid: number; started: string } | undefined;
  readonly transcriptPath?: string | undefined;
  readonly title?: string | undefined;
  readonly startedAt: number;
}

/** Adds a session, or returns the existing one with the source's id. */
export function startSession(db: Database, session: NewSession): Session {
  return db.transaction(() => {
    const known = session.sourceSessionId && findBySource(db, session.source, session.sourceSessionId);
    if (known) {
      return known;
    }
    const id = freeId(sessionId, (taken) => findSession(db, taken) !== undefined);
    db.run(
      `INSERT INTO sessions(id, agent, source, source_session_id, parent_session_id, cwd, git_branch, git_head_start,
         host, pid, pid_started, transcript_path, title, started_at, last_seen_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      session.agent,
      session.source,
      session.sourceSessionId,
      session.parentSessionId,
      session.cwd,
      session.branch,
      session.commit,
      session.process ? hostname() : null,
      session.process?.pid,
      session.process?.started,
      session.transcriptPath,
      session.title,
      session.startedAt,
      session.startedAt,
    );
    return requireSession(db, id);
  });
}

export function findBySource(db: Database, source: string, sourceSessionId: string): Session | undefined {
  return db.get<Session>(
    `${SELECT_SESSION} WHERE source = ? AND source_session_id = ?`,
    source,
    sourceSessionId,
  );
}

/** By Loom's own id. */
export function findSession(db: Database, id: string): Session | undefined {
  return db.get<Session>(`${SELECT_SESSION} WHERE id = ?`, id);
}

/** By Loom's id, or by the agent's own id. */
export function requireSession(db: Database, id: string): Session {
  const session =
    findSession(db, id) ?? db.get<Session>(`${SELECT_SESSION} WHERE source_session_id = ? LIMIT 1`, id);
  if (!session) {
    throw new LoomError(`There is no session "${id}".`, 'Run `lm session list` to see them.', EXIT.notFound);
  }
  return session;
}

export function listSessions(db: Database, filter: { open: boolean; limit: number }): Session[] {
  return db.all<Session>(
    `${SELECT_SESSION} WHERE (? = 0 OR ended_at IS NULL) ORDER BY started_at DESC, rowid DESC LIMIT ?`,
    filter.open,
    filter.limit,
  );
}

/** If HEAD is read later than this after the session's end, it may have moved in the meantime. */
const WATCHED_MS = 60_000;

export function endSession(
  db: Database,
  id: string,
  status: Exclude<SessionState, 'running' | 'paused'>,
  reason: string | null,
  at: number,
): Session {
  return db.transaction(() => {
    const session = requireSession(db, id);
    // A session must not end before it starts, even if the clock was set back.
    const end = Math.max(at, session.started_at);
    const head = headAt(session, end);
    endIteration(db, session.id, end, status);
    db.run('UPDATE llm_calls SET final = 1 WHERE session_id = ? AND final = 0', session.id);
    markStale(db, session.id);
    db.run(
      `UPDATE sessions SET status = ?, termination_reason = ?, ended_at = ?, last_seen_at = MAX(last_seen_at, ?),
         git_head_end = COALESCE(?, git_head_end) WHERE id = ?`,
      status,
      reason,
      end,
      end,
      head,
      session.id,
    );
    return requireSession(db, session.id);
  });
}

function headAt({ cwd, git_branch, git_head_start }: Session, at: number): string | undefined {
  if (cwd === null) {
    return undefined;
  }
  if (Math.abs(Date.now() - at) < WATCHED_MS) {
    return gitHead(cwd).commit;
  }
  // Without the start, the end has no use.
  return git_head_start === null ? undefined : commitAt(cwd, git_branch, at);
}

export function pauseSession(db: Database, id: string, now: number): Session {
  return db.transaction(() => {
    const session = requireSession(db, id);
    if (session.status !== 'running' && session.status !== 'paused') {
      throw new LoomError(
        `${session.id} is ${session.status}.`,
        `Run \`lm session resume ${session.id}\` to continue it.`,
        EXIT.conflict,
      );
    }
    db.run("UPDATE sessions SET status = 'paused', last_seen_at = ? WHERE id = ?", now, session.id);
    return requireSession(db, session.id);
  });
}

/** Marks a session as running again after any end. */
export function resumeSession(
  db: Database,
  id: string,
  process: { pid: number; started: string } | undefined,
  now: number,
): Session {
  return db.transaction(() => {
    const session = requireSession(db, id);
    db.run(
      `UPDATE sessions SET status = 'running', termination_reason = NULL, ended_at = NULL, last_seen_at = ?,
         host = ?, pid = ?, pid_started = ? WHERE id = ?`,
      now,
      process ? hostname() : null,
      process?.pid,
      process?.started,
      session.id,
    );
    return requireSession(db, session.id);
  });
}

/** Records the parent of a session, unless it has one. Two sessions can't be each other's parent. */
export function setParent(db: Database, id: string, parentId: string): void {
  db.run(
    `UPDATE sessions SET parent_session_id = ?2 WHERE id = ?1 AND parent_session_id IS NULL AND id <> ?2
       AND NOT EXISTS (SELECT 1 FROM sessions p WHERE p.id = ?2 AND p.parent_session_id = ?1)`,
    id,
    parentId,
  );
}

/** Updates the heartbeat. */
export function touchSession(db: Database, id: string, now: number): void {
  db.run('UPDATE sessions SET last_seen_at = MAX(last_seen_at, ?) WHERE id = ?', now, id);
}

/** Starts the session's next iteration and ends the previous one. Returns its number. */
export function startIteration(
  db: Database,
  sessionId: string,
  promptId: string | undefined,
  at: number,
): number {
  return db.transaction(() => {
    if (promptId) {
      const known = db.get<{ n: number; session_id: string }>(
        'SELECT n, session_id FROM iterations WHERE id = ?',
        promptId,
      );
      // A resumed or forked session repeats the first one's prompts. The prompt stays in the first session.
      if (known) {
        return known.session_id === sessionId ? known.n : 0;
      }
    }
    endIteration(db, sessionId, at, 'complete');
    const n =
      (db.get<{ n: number | null }>('SELECT MAX(n) AS n FROM iterations WHERE session_id = ?', sessionId)
        ?.n ?? 0) + 1;
    db.run(
      'INSERT INTO iterations(session_id, n, id, started_at) VALUES (?, ?, ?, ?)',
      sessionId,
      n,
      promptId ?? `${sessionId}/${n}`,
      at,
    );
    return n;
  });
}

/** Stores when a turn was stopped. The turn itself may be read later. The last stop counts. */
export function stopTurn(db: Database, sessionId: string, turnId: string, at: number): void {
  db.run(
    `INSERT INTO turn_stops(session_id, turn_id, at) VALUES (?, ?, ?)
     ON CONFLICT(session_id, turn_id) DO UPDATE SET at = MAX(at, excluded.at)`,
    sessionId,
    turnId,
    at,
  );
  markStale(db, sessionId);
}

/** Ends the open iteration at its last activity, because the time after that is waiting for a person. */
export function endIteration(db: Database, sessionId: string, at: number, outcome: string): void {
  db.run(
    `UPDATE iterations SET outcome = COALESCE(outcome, ?2), ended_at = MAX(started_at, MIN(?3, COALESCE(NULLIF(MAX(
         (SELECT COALESCE(MAX(COALESCE(ended_at, started_at)), 0) FROM llm_calls c
          WHERE c.session_id = ?1 AND c.iteration = iterations.n),
         (SELECT COALESCE(MAX(started_at + COALESCE(duration_ms, 0)), 0) FROM tool_calls t
          WHERE t.session_id = ?1 AND t.iteration = iterations.n)), 0), ?3)))
     WHERE session_id = ?1 AND ended_at IS NULL`,
    sessionId,
    outcome,
    at,
  );
}
