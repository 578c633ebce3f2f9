import type { Actor } from '../issues/issue.js';
import { requireIssue, setStatus } from '../issues/store.js';
import type { Session } from '../sessions/session.js';
import { endSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';

/** Gives the issue of a session to another, on any machine, who finds its checkpoint there; the session ends. */
export function handOver(db: Database, session: Session, to: string, actor: Actor, now: number): void {
  db.transaction(() => {
    if (session.issue_id) {
      const issue = requireIssue(db, session.issue_id);
      setStatus(db, issue, 'pending', actor, now, { assignee: to, reason: `handed over to ${to}` });
    }
    if (session.ended_at === null) {
      endSession(db, session.id, 'complete', `handed over to ${to}`, now);
    }
  });
}
