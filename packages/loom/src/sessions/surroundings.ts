import { findIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';
import { attribute, issueNamedIn } from './attribution.js';
import type { Session } from './session.js';
import { findBySource, type NewSession, requireSession, startSession } from './store.js';

/** The session with an agent's own id. If it is new, it is started and its issue is looked up. */
export function openSession(
  db: Database,
  session: NewSession & { readonly sourceSessionId: string },
  env: NodeJS.ProcessEnv,
  now: number,
): Session {
  const known = findBySource(db, session.source, session.sourceSessionId);
  if (known && (known.git_branch !== null || session.branch === undefined)) {
    return known;
  }
  const opened = known ? placed(db, known, session) : startSession(db, session);
  attributeFromSurroundings(db, opened, env, now);
  return opened;
}

/**
 * Adds the folder of a session that was first seen in a source without one, such as the agent's telemetry.
 */
function placed(db: Database, known: Session, session: NewSession): Session {
  db.run(
    `UPDATE sessions SET cwd = COALESCE(cwd, ?), git_branch = ?, git_head_start = COALESCE(git_head_start, ?),
       started_at = MIN(started_at, ?) WHERE id = ?`,
    session.cwd,
    session.branch,
    session.commit,
    session.startedAt,
    known.id,
  );
  return requireSession(db, known.id);
}

/** Finds the issue of a new session: LOOM_ISSUE, then the branch's name, then a manual assignment. */
export function attributeFromSurroundings(
  db: Database,
  session: Session,
  env: NodeJS.ProcessEnv,
  now: number,
  explicit?: string,
): void {
  const fromEnv = env.LOOM_ISSUE && findIssue(db, env.LOOM_ISSUE)?.id;
  if (fromEnv) {
    attribute(db, session.id, fromEnv, 'env', now);
    return;
  }
  const fromBranch = session.git_branch ? issueNamedIn(db, session.git_branch) : undefined;
  if (fromBranch) {
    attribute(db, session.id, fromBranch, 'branch', now);
    return;
  }
  if (explicit) {
    attribute(db, session.id, explicit, 'explicit', now);
  }
}
