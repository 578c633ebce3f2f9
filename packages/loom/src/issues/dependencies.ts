import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { editIssue } from './edit.js';
import { type Actor, type Issue, isClosed } from './issue.js';
import { recordEdit, requireIssue, setStatus } from './store.js';

/** Relation of one issue to another: waits for it, is a part of it, or is related. */
export const LINK_KINDS = ['blocks', 'parent', 'related', 'discovered-from', 'duplicates'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** SQL list of the blocking kinds. The last two come from Beads. */
export const BLOCKING = "'blocks', 'conditional-blocks', 'waits-for'";

/** The open issues that this one waits for, and blockers from an import that do not exist here. */
export function openBlockers(db: Database, id: string): string[] {
  return db
    .all<{ id: string }>(
      `SELECT b.id FROM issue_deps d JOIN issues b ON b.id = d.depends_on_id
       WHERE d.issue_id = ?1 AND d.type IN (${BLOCKING}) AND b.status NOT IN ('completed', 'cancelled')
       UNION SELECT w.value FROM issues i, json_each(i.waits_for) w WHERE i.id = ?1 ORDER BY 1`,
      id,
    )
    .map((row) => row.id);
}

/** The issues that wait for this one. */
export function dependents(db: Database, id: string): string[] {
  return db
    .all<{ issue_id: string }>(
      `SELECT issue_id FROM issue_deps WHERE depends_on_id = ? AND type IN (${BLOCKING}) ORDER BY issue_id`,
      id,
    )
    .map((row) => row.issue_id);
}

/** Marks an issue as blocked, by another issue or by something outside Loom. */
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
      throw new LoomError(`${id} is ${issue.status}.`, 'Reopen it with `lm reopen` first.', EXIT.conflict);
    }
    if (by !== undefined) {
      const blocker = requireIssue(db, by);
      if (by === id || reaches(db, by, id)) {
        throw new LoomError(
          `${by} already waits for ${id}; if they blocked each other, neither could start.`,
          `Run \`lm show ${by}\` to see its chain.`,
          EXIT.conflict,
        );
      }
      addLink(db, id, by, 'blocks', now);
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

/** Removes one blocker, or all. */
export function unblockIssue(
  db: Database,
  id: string,
  by: string | undefined,
  actor: Actor,
  now: number,
): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    db.run(
      `DELETE FROM issue_deps WHERE issue_id = ?1 AND type IN (${BLOCKING}) AND (?2 IS NULL OR depends_on_id = ?2)`,
      id,
      by,
    );
    const waits = issue.waits_for.filter((missing) => by !== undefined && missing !== by);
    if (waits.length < issue.waits_for.length) {
      db.run('UPDATE issues SET waits_for = ?, updated_at = ? WHERE id = ?', JSON.stringify(waits), now, id);
    }
    return issue.status === 'blocked' && openBlockers(db, id).length === 0
      ? setStatus(db, issue, issue.assignee ? 'in_progress' : 'pending', actor, now, { reason: 'unblocked' })
      : issue;
  });
}

export interface Link {
  readonly id: string;
  readonly type: string;
}

/** Links from and to an issue. */
export function linksOf(db: Database, id: string): { to: Link[]; from: Link[] } {
  return {
    to: db.all<Link>(
      'SELECT depends_on_id AS id, type FROM issue_deps WHERE issue_id = ? ORDER BY type, 1',
      id,
    ),
    from: db.all<Link>(
      'SELECT issue_id AS id, type FROM issue_deps WHERE depends_on_id = ? ORDER BY type, 1',
      id,
    ),
  };
}

/** Links two issues. With a blocker, the first one waits; with a parent, it becomes a part. */
export function linkIssues(
  db: Database,
  id: string,
  other: string,
  kind: LinkKind,
  actor: Actor,
  now: number,
): void {
  if (kind === 'blocks') {
    blockIssue(db, id, other, undefined, actor, now);
  } else if (kind === 'parent') {
    editIssue(db, id, { parent_id: other }, actor, now);
  } else {
    db.transaction(() => {
      const issue = requireIssue(db, id);
      requireIssue(db, other);
      if (id === other) {
        throw new LoomError(`${id} can't be linked to itself.`, 'Name another issue.', EXIT.usage);
      }
      addLink(db, id, other, kind, now);
      recordEdit(db, issue, actor, { [kind]: [null, other] }, now);
    });
  }
}

/** Returns whether a link was removed. */
export function unlinkIssues(db: Database, id: string, other: string, actor: Actor, now: number): boolean {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    const had = linksOf(db, id).to.find((link) => link.id === other);
    if (issue.parent_id === other) {
      editIssue(db, id, { parent_id: null }, actor, now);
    }
    if (had) {
      unblockIssue(db, id, other, actor, now);
      db.run('DELETE FROM issue_deps WHERE issue_id = ? AND depends_on_id = ?', id, other);
      recordEdit(db, issue, actor, { [had.type]: [other, null] }, now);
    }
    return had !== undefined || issue.parent_id === other;
  });
}

/** A stronger link replaces a weaker one, because two issues have one link in each direction. */
function addLink(db: Database, id: string, other: string, type: string, now: number): void {
  db.run(
    `INSERT INTO issue_deps(issue_id, depends_on_id, type, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT(issue_id, depends_on_id) DO UPDATE SET type = excluded.type
     WHERE excluded.type = 'blocks' AND issue_deps.type <> 'blocks'`,
    id,
    other,
    type,
    now,
  );
}

/** Whether `from` waits for `to`, at any depth. */
function reaches(db: Database, from: string, to: string): boolean {
  return (
    db.get(
      `WITH RECURSIVE up(id) AS (
         SELECT depends_on_id FROM issue_deps WHERE issue_id = ?1 AND type IN (${BLOCKING})
         UNION SELECT d.depends_on_id FROM issue_deps d JOIN up ON d.issue_id = up.id WHERE d.type IN (${BLOCKING}))
       SELECT 1 FROM up WHERE id = ?2`,
      from,
      to,
    ) !== undefined
  );
}
