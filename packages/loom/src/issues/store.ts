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
  readonly type?: string | undefined;
  readonly design?: string | undefined;
  readonly acceptance?: string | undefined;
  readonly notes?: string | undefined;
  /** Unix ms. */
  readonly dueAt?: number | undefined;
  readonly deferUntil?: number | undefined;
}

export function createIssue(db: Database, issue: NewIssue, actor: Actor, now: number): Issue {
  if (issue.title.trim() === '') {
    throw new LoomError('An issue needs a title.', 'Describe the work in a few words.', EXIT.usage);
  }
  return db.transaction(() => {
    if (issue.parentId !== undefined) {
      requireIssue(db, issue.parentId);
    }
    const id = freeId(issueId, (taken) => findIssue(db, taken) !== undefined);
    db.run(
      `INSERT INTO issues(id, title, description, priority, parent_id, labels, repo, type, design, acceptance, notes,
         due_at, defer_until, created_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      issue.title,
      issue.description,
      issue.priority ?? 2,
      issue.parentId,
      JSON.stringify(issue.labels ?? []),
      issue.repo,
      issue.type ?? 'task',
      issue.design,
      issue.acceptance,
      issue.notes,
      issue.dueAt,
      issue.deferUntil,
      actor.name,
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
    throw new LoomError(`There is no issue "${id}".`, 'Run `lm list --all` to see them.', EXIT.notFound);
  }
  return issue;
}

export interface IssueFilter {
  readonly status?: readonly IssueState[] | undefined;
  readonly label?: string | undefined;
  readonly assignee?: string | undefined;
  readonly type?: string | undefined;
  readonly repo?: string | undefined;
  readonly limit?: number | undefined;
}

const FILTER = `(?1 IS NULL OR status IN (SELECT value FROM json_each(?1)))
  AND (?2 IS NULL OR assignee = ?2)
  AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?3))
  AND (?4 IS NULL OR type = ?4) AND (?5 IS NULL OR repo = ?5) AND deleted_at IS NULL`;

const filterParams = (filter: IssueFilter) => [
  filter.status ? JSON.stringify(filter.status) : null,
  filter.assignee,
  filter.label,
  filter.type,
  filter.repo,
];

export function listIssues(db: Database, filter: IssueFilter): Issue[] {
  return db
    .all<IssueRow>(
      `SELECT * FROM issues WHERE ${FILTER} ORDER BY priority, created_at, id LIMIT ?6`,
      ...filterParams(filter),
      filter.limit ?? -1,
    )
    .map(fromRow);
}

/** The number without the limit. */
export function countIssues(db: Database, filter: IssueFilter): number {
  return Number(db.get(`SELECT COUNT(*) AS n FROM issues WHERE ${FILTER}`, ...filterParams(filter))?.n ?? 0);
}

/**
 * SQL for an issue `i` that can be started at the time ?1: pending, not deferred, and without an open
 * blocker.
 */
const READY = `i.status = 'pending' AND i.deleted_at IS NULL AND i.waits_for = '[]'
  AND (i.defer_until IS NULL OR i.defer_until <= ?1) AND NOT EXISTS (
    SELECT 1 FROM issue_deps d JOIN issues b ON b.id = d.depends_on_id
    WHERE d.issue_id = i.id AND d.type IN ('blocks', 'conditional-blocks', 'waits-for')
      AND b.status NOT IN ('completed', 'cancelled'))`;

/** Most urgent first, then oldest. */
export function readyIssues(db: Database, limit = -1, now = Date.now()): Issue[] {
  return db
    .all<IssueRow>(
      `SELECT * FROM issues i WHERE ${READY} ORDER BY i.priority, i.created_at, i.id LIMIT ?2`,
      now,
      limit,
    )
    .map(fromRow);
}

export function countReady(db: Database, now = Date.now()): number {
  return Number(db.get(`SELECT COUNT(*) AS n FROM issues i WHERE ${READY}`, now)?.n ?? 0);
}

/** Open issues without activity since a time, longest first. */
export function staleIssues(
  db: Database,
  before: number,
  limit: number,
): { readonly issues: Issue[]; readonly total: number } {
  const where = "updated_at < ? AND status NOT IN ('completed', 'cancelled') AND deleted_at IS NULL";
  const rows = db.all<IssueRow>(
    `SELECT * FROM issues WHERE ${where} ORDER BY updated_at, id LIMIT ?`,
    before,
    limit,
  );
  const total = Number(db.get(`SELECT COUNT(*) AS n FROM issues WHERE ${where}`, before)?.n ?? 0);
  return { issues: rows.map(fromRow), total };
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
  // Evidence does not count after a reopen; it stays in the history.
  const reopened = isClosed(issue.status) && !isClosed(to);
  db.run(
    `UPDATE issues SET status = ?, assignee = ?, holder = ?, evidence = ?, closed_at = ?, deleted_at = ?, updated_at = ?
     WHERE id = ?`,
    to,
    assignee,
    holder,
    reopened ? null : (change.evidence ?? issue.evidence),
    isClosed(to) ? now : null,
    reopened ? null : issue.deleted_at,
    now,
    issue.id,
  );
  const detail =
    reopened && issue.evidence !== null ? { evidence: [issue.evidence, null] as const } : undefined;
  recordEvent(db, issue.id, actor, issue.status, to, change.reason ?? null, now, detail);
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
  detail?: Readonly<Record<string, readonly [unknown, unknown]>>,
): void {
  db.run(
    `INSERT INTO issue_events(id, issue_id, session_id, actor, from_status, to_status, reason, at, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    timedId('evt', now),
    id,
    actor.sessionId,
    actor.name,
    from,
    to,
    reason,
    now,
    detail && JSON.stringify(detail),
  );
}

/** Fields that were edited, each as [old, new]. The state does not change, so Langfuse gets no update. */
export function recordEdit(
  db: Database,
  issue: Issue,
  actor: Actor,
  edited: Readonly<Record<string, readonly [unknown, unknown]>>,
  now: number,
): void {
  db.run(
    `INSERT INTO issue_events(id, issue_id, session_id, actor, from_status, to_status, reason, at, kind, detail, sync)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'edited', ?, 3)`,
    timedId('evt', now),
    issue.id,
    actor.sessionId,
    actor.name,
    issue.status,
    issue.status,
    `edited ${Object.keys(edited).join(', ')}`,
    now,
    JSON.stringify(edited),
  );
}

/** The author of a change, for other readers: two machines may have users or agents with the same name. */
export function signature(db: Database, actor: Actor): string {
  const { user, host } = herePlace(db);
  return `${actor.name} (${user}@${host})`;
}

function fromRow(row: IssueRow): Issue {
  return { ...row, labels: JSON.parse(row.labels), waits_for: JSON.parse(row.waits_for) };
}
