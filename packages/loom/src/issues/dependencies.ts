import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { type Actor, type Issue, isClosed } from './issue.js';
import { requireIssue, setStatus } from './store.js';

/** The issues not yet closed that this one waits for. */
export function openBlockers(db: Database, id: string): string[] {
  return db
    .all<{ id: string }>(
      `SELECT b.id FROM issue_deps d JOIN issues b ON b.id = d.depends_on_id
       WHERE d.issue_id = ? AND b.status NOT IN ('completed', 'cancelled') ORDER BY b.id`,
      id,
    )
    .map((row) => row.id);
}

/** The issues that wait for this one. */
export function dependents(db: Database, id: string): string[] {
  return db
    .all<{ issue_id: string }>(
      'SELECT issue_id FROM issue_deps WHERE depends_on_id = ? ORDER BY issue_id',
      id,
    )
    .map((row) => row.issue_id);
}

/** Marks an issue as blocked, by another one or by something outside. */
export function blockIssue(
  db: Database,
  id: string,
  by: string | undefined,
  reason: string | undefined,
  actor: Actor,
  now: number,
): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    if (isClosed(issue.status)) {
      throw new LoomError(`${id} is ${issue.status}.`, 'Reopen it with `lm release` first.', EXIT.conflict);
    }
    if (by !== undefined) {
      const blocker = requireIssue(db, by);
      if (by === id || reaches(db, by, id)) {
        throw new LoomError(
          `${by} already waits for ${id}; blocking each other, neither could ever start.`,
          `Run \`lm show ${by}\` to see its chain.`,
          EXIT.conflict,
        );
      }
      db.run(
        'INSERT INTO issue_deps(issue_id, depends_on_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        id,
        by,
        now,
      );
      if (isClosed(blocker.status)) {
        return issue;
      }
    }
    return issue.status === 'blocked'
      ? issue
      : setStatus(db, issue, 'blocked', actor, now, {
          reason: reason ?? (by ? `blocked by ${by}` : undefined),
        });
  });
}

/** Takes away one blocker, or all. */
export function unblockIssue(
  db: Database,
  id: string,
  by: string | undefined,
  actor: Actor,
  now: number,
): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    db.run('DELETE FROM issue_deps WHERE issue_id = ?1 AND (?2 IS NULL OR depends_on_id = ?2)', id, by);
    return issue.status === 'blocked' && openBlockers(db, id).length === 0
      ? setStatus(db, issue, issue.assignee ? 'in_progress' : 'pending', actor, now, { reason: 'unblocked' })
      : issue;
  });
}

/** Whether `from` waits for `to`, at any depth. */
function reaches(db: Database, from: string, to: string): boolean {
  return (
    db.get(
      `WITH RECURSIVE up(id) AS (
         SELECT depends_on_id FROM issue_deps WHERE issue_id = ?1
         UNION SELECT d.depends_on_id FROM issue_deps d JOIN up ON d.issue_id = up.id)
       SELECT 1 FROM up WHERE id = ?2`,
      from,
      to,
    ) !== undefined
  );
}
