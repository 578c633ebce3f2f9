import { hostname } from 'node:os';
import type { Database } from '../store/database.js';
import { type Checkpoint, lastCheckpoint } from './checkpoints.js';
import { isAlive } from './process.js';
import { SELECT_SESSION, type Session } from './session.js';
import { endSession } from './store.js';

/** Without a process to look at, silence this long means that a session is over, in ms. */
export const IDLE_MS = 30 * 60_000;

export interface Lost {
  readonly session: Session;
  readonly checkpoint: Checkpoint | null;
}

/** Ends the sessions whose agent is gone: after a crash nothing else does. */
export function reapDead(db: Database, now: number, idleMs: number = IDLE_MS): Session[] {
  return db.transaction(() =>
    deadSessions(db, now, idleMs).map(({ session, reason }) =>
      endSession(db, session.id, 'interrupted', reason, session.last_seen_at),
    ),
  );
}

/** Sessions marked as running whose agent is gone, with the evidence. */
export function deadSessions(
  db: Database,
  now: number,
  idleMs: number = IDLE_MS,
): { readonly session: Session; readonly reason: string }[] {
  return db
    .all<Session>(
      // Those known from transcripts alone end when these fall silent, which is no sign of a crash.
      `${SELECT_SESSION} WHERE status = 'running'
         AND (pid IS NOT NULL OR source NOT IN ('claude-code', 'codex')) ORDER BY started_at`,
    )
    .flatMap((session) => {
      const reason = causeOfDeath(session, now, idleMs);
      return reason === undefined ? [] : [{ session, reason }];
    });
}

function causeOfDeath(session: Session, now: number, idleMs: number): string | undefined {
  if (session.pid !== null && session.host === hostname()) {
    return isAlive(session.pid, session.pid_started) ? undefined : 'the agent process is gone';
  }
  // A clock that was set back makes the silence negative, and nothing is concluded from it.
  return now - session.last_seen_at > idleMs
    ? `inactive for more than ${Math.round(idleMs / 60_000)} minutes`
    : undefined;
}

/** Interrupted sessions, the latest first, each with where it had got to. */
export function lostSessions(db: Database, limit: number): Lost[] {
  return db
    .all<Session>(
      `${SELECT_SESSION} WHERE status = 'interrupted' ORDER BY last_seen_at DESC, rowid DESC LIMIT ?`,
      limit,
    )
    .map((session) => ({ session, checkpoint: lastCheckpoint(db, session.id) ?? null }));
}

/** The issue of an interrupted session: still in progress, and not claimed by another since. */
export function orphanedIssue(db: Database, session: Session): string | undefined {
  return db.get<{ id: string }>(
    `SELECT id FROM issues WHERE id = ?1 AND status = 'in_progress'
       AND NOT EXISTS (SELECT 1 FROM sessions WHERE issue_id = ?1 AND status IN ('running', 'paused'))
       AND NOT EXISTS (SELECT 1 FROM issue_events WHERE issue_id = ?1 AND to_status = 'in_progress' AND at > ?2)`,
    session.issue_id,
    session.last_seen_at,
  )?.id;
}
