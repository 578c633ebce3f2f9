import { signChanges } from '../changes/sign.js';
import { EXIT, LoomError } from '../errors.js';
import { freeId, issueId, timedId } from '../ids.js';
import type { Database } from '../store/database.js';
import { type Actor, type Issue, type IssueState, isClosed } from './issue.js';
import { herePlace } from './place.js';

type IssueRow = Omit<Issue, 'labels' | 'waits_for'> & { readonly labels: string; readonly waits_for: string };

export interface NewIssue {
  readonly title: string;
  readonly description?: string | undefined;
  readonly priority?: number | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly parentId?: string | undefined;
  readonly repo?: string | undefined;
}

export function createIssue(db: Database, issue: NewIssue, actor: Actor, now: number): Issue {
  if (issue.title.trim() === '') {
    throw new LoomError('An issue needs a title.', 'Say in a few words what is to be done.', EXIT.usage);
  }
  return db.transaction(() => {
    if (issue.parentId !== undefined) {
      requireIssue(db, issue.parentId);
    }
    const id = freeId(issueId, (taken) => findIssue(db, taken) !== undefined);
    db.run(
      `INSERT INTO issues(id, title, description, priority, parent_id, labels, repo, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      issue.title,
      issue.description,
      issue.priority ?? 2,
      issue.parentId,
      JSON.stringify(issue.labels ?? []),
      issue.repo,
      now,
      now,
    );
    recordEvent(db, id, actor, null, 'pending', null, now);
    signChanges(db, signature(db, actor));
    return requireIssue(db, id);
  });
}

export function findIssue(db: Database, id: string): Issue | undefined {
  const row = db.get<IssueRow>('SELECT * FROM issues WHERE id = ?', id);
  return row && fromRow(row);
}

export function requireIssue(db: Database, id: string): Issue {
  const issue = findIssue(db, id);
  if (!issue) {
    throw new LoomError(`There is no issue ${id}.`, 'Run `lm list --all` to see them.', EXIT.notFound);
  }
  return issue;
}

export interface IssueFilter {
  readonly status?: readonly IssueState[] | undefined;
  readonly label?: string | undefined;
  readonly assignee?: string | undefined;
  readonly limit?: number | undefined;
}

export function listIssues(db: Database, filter: IssueFilter): Issue[] {
  return db
    .all<IssueRow>(
      `SELECT * FROM issues
       WHERE (?1 IS NULL OR status IN (SELECT value FROM json_each(?1)))
         AND (?2 IS NULL OR assignee = ?2)
         AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?3))
       ORDER BY priority, created_at, id LIMIT ?4`,
      filter.status ? JSON.stringify(filter.status) : null,
      filter.assignee,
      filter.label,
      filter.limit ?? -1,
    )
    .map(fromRow);
}

/** Pending, and nothing open stands in the way; the most urgent and oldest first. */
export function readyIssues(db: Database, limit = -1): Issue[] {
  return db
    .all<IssueRow>(
      `SELECT * FROM issues i WHERE i.status = 'pending' AND NOT EXISTS (
         SELECT 1 FROM issue_deps d JOIN issues b ON b.id = d.depends_on_id
         WHERE d.issue_id = i.id AND b.status NOT IN ('completed', 'cancelled'))
       ORDER BY i.priority, i.created_at, i.id LIMIT ?`,
      limit,
    )
    .map(fromRow);
}

export function setStatus(
  db: Database,
  issue: Issue,
  to: IssueState,
  actor: Actor,
  now: number,
  change: { assignee?: string | null; evidence?: string | undefined; reason?: string | undefined } = {},
): Issue {
  const assignee = change.assignee === undefined ? issue.assignee : change.assignee;
  const holder = change.assignee === undefined ? issue.holder : assignee && JSON.stringify(herePlace(db));
  db.run(
    `UPDATE issues SET status = ?, assignee = ?, holder = ?, evidence = COALESCE(?, evidence), closed_at = ?, updated_at = ?
     WHERE id = ?`,
    to,
    assignee,
    holder,
    change.evidence,
    isClosed(to) ? now : null,
    now,
    issue.id,
  );
  recordEvent(db, issue.id, actor, issue.status, to, change.reason ?? null, now);
  signChanges(db, signature(db, actor));
  return requireIssue(db, issue.id);
}

function recordEvent(
  db: Database,
  id: string,
  actor: Actor,
  from: IssueState | null,
  to: IssueState,
  reason: string | null,
  now: number,
): void {
  db.run(
    `INSERT INTO issue_events(id, issue_id, session_id, actor, from_status, to_status, reason, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    timedId('evt', now),
    id,
    actor.sessionId,
    actor.name,
    from,
    to,
    reason,
    now,
  );
}

/** Who changed something, as others read it: two machines may have a user or an agent of one name. */
function signature(db: Database, actor: Actor): string {
  const { user, host } = herePlace(db);
  return `${actor.name} (${user}@${host})`;
}

function fromRow(row: IssueRow): Issue {
  return { ...row, labels: JSON.parse(row.labels), waits_for: JSON.parse(row.waits_for) };
}
