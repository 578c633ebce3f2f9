import { hostname } from 'node:os';
import type { Database } from '../store/database.js';
import { type Checkpoint, lastCheckpoint } from './checkpoints.js';
import { isAlive } from './process.js';
import { SELECT_SESSION, type Session } from './session.js';
import { endSession } from './store.js';

/** A session without a known process counts as ended after this time without events, in ms. */
export const IDLE_MS = 30 * 60_000;

export interface Lost {
  readonly session: Session;
  readonly checkpoint: Checkpoint | null;
}

/** Ends sessions whose agent no longer exists, because after a crash nothing else ends them. */
export function endDeadSessions(db: Database, now: number, idleMs: number = IDLE_MS): Session[] {
  return db.transaction(() =>
    deadSessions(db, now, idleMs).map(({ session, reason }) =>
      endSession(db, session.id, 'interrupted', reason, session.last_seen_at),
    ),
  );
}

/** Sessions that are marked as running but have no agent any more, with the evidence. */
export function deadSessions(
  db: Database,
  now: number,
  idleMs: number = IDLE_MS,
): { readonly session: Session; readonly reason: string }[] {
  return db
    .all<Session>(
      // A session that is known only from transcripts ends when these stop growing. That is not a crash.
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
  // If the clock was set back, the difference is negative, and the session stays running.
  return now - session.last_seen_at > idleMs
    ? `inactive for more than ${Math.round(idleMs / 60_000)} minutes`
    : undefined;
}

/** Interrupted sessions, latest first, each with its last state. */
export function lostSessions(db: Database, limit: number): Lost[] {
  return db
    .all<Session>(
      `${SELECT_SESSION} WHERE status = 'interrupted' ORDER BY last_seen_at DESC, rowid DESC LIMIT ?`,
      limit,
    )
    .map((session) => ({ session, checkpoint: lastCheckpoint(db, session.id) ?? null }));
}

/** The issue of an interrupted session, if it is still in progress and no one else has claimed it. */
export function orphanedIssue(db: Database, session: Session): string | undefined {
  return db.get<{ id: string }>(
    `SELECT id FROM issues WHERE id = ?1 AND status = 'in_progress'
       AND NOT EXISTS (SELECT 1 FROM sessions WHERE issue_id = ?1 AND status IN ('running', 'paused'))
       AND NOT EXISTS (SELECT 1 FROM issue_events WHERE issue_id = ?1 AND to_status = 'in_progress' AND at > ?2)`,
    session.issue_id,
    session.last_seen_at,
  )?.id;
}
