import type { Actor } from '../issues/issue.js';
import { requireIssue, setStatus } from '../issues/store.js';
import type { Session } from '../sessions/session.js';
import { endSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';

/**
 * Gives a session's issue and checkpoint to another person or agent, on any machine, and ends the session.
 */
export function assignSessionIssue(
  db: Database,
  session: Session,
  to: string,
  actor: Actor,
  now: number,
): void {
  db.transaction(() => {
    if (session.issue_id) {
      const issue = requireIssue(db, session.issue_id);
      setStatus(db, issue, 'pending', actor, now, { assignee: to, reason: `assigned to ${to}` });
    }
    if (session.ended_at === null) {
      endSession(db, session.id, 'complete', `assigned to ${to}`, now);
    }
  });
}
