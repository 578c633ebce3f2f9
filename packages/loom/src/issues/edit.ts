import { signChanges } from '../changes/sign.js';
import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { type Actor, type Issue, isClosed } from './issue.js';
import { herePlace } from './place.js';
import { recordEdit, requireIssue, signature } from './store.js';

/** Editable fields, by column. Undefined keeps a value; null empties it. */
export interface IssuePatch {
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  readonly design?: string | null | undefined;
  readonly acceptance?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly type?: string | undefined;
  readonly priority?: number | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignee?: string | null | undefined;
  readonly parent_id?: string | null | undefined;
  /** Unix ms. */
  readonly due_at?: number | null | undefined;
  readonly defer_until?: number | null | undefined;
}

export type EditedFields = Readonly<Record<string, readonly [unknown, unknown]>>;

/** Changes fields of an issue; both versions stay in its history. An equal value is not an edit. */
export function editIssue(
  db: Database,
  id: string,
  patch: IssuePatch,
  actor: Actor,
  now: number,
): { issue: Issue; edited: EditedFields } {
  return db.transaction(() => {
    const before = requireIssue(db, id);
    const wanted = Object.entries(patch).filter(([, value]) => value !== undefined);
    const edited: EditedFields = Object.fromEntries(
      wanted
        .map(([name, value]) => [name, [before[name as keyof Issue], value]] as const)
        .filter(([, [was, is]]) => JSON.stringify(was) !== JSON.stringify(is)),
    );
    check(db, before, patch);
    const names = Object.keys(edited);
    if (names.length === 0) {
      return { issue: before, edited };
    }
    const columns = names.includes('assignee') ? [...names, 'holder'] : names;
    db.run(
      `UPDATE issues SET ${columns.map((name) => `${name} = ?`).join(', ')}, updated_at = ? WHERE id = ?`,
      ...columns.map((name) =>
        name === 'holder' ? holderOf(db, patch) : stored(patch[name as keyof IssuePatch]),
      ),
      now,
      id,
    );
    recordEdit(db, before, actor, edited, now);
    signChanges(db, signature(db, actor));
    return { issue: requireIssue(db, id), edited };
  });
}

function holderOf(db: Database, { assignee }: IssuePatch): string | null {
  return assignee ? JSON.stringify(herePlace(db)) : null;
}

function stored(value: IssuePatch[keyof IssuePatch]): string | number | null {
  return value === undefined || value === null
    ? null
    : typeof value === 'string' || typeof value === 'number'
      ? value
      : JSON.stringify(value);
}

function check(db: Database, before: Issue, patch: IssuePatch): void {
  if (patch.title !== undefined && patch.title.trim() === '') {
    throw new LoomError('An issue needs a title.', 'Describe the work in a few words.', EXIT.usage);
  }
  if (
    patch.priority !== undefined &&
    !(Number.isInteger(patch.priority) && patch.priority >= 0 && patch.priority <= 4)
  ) {
    throw new LoomError(`Priority ${patch.priority} is unknown.`, 'Use 0 (urgent) to 4.', EXIT.usage);
  }
  if (patch.parent_id) {
    requireIssue(db, patch.parent_id);
    if (isPartOf(db, patch.parent_id, before.id)) {
      throw new LoomError(
        `${patch.parent_id} is a part of ${before.id} already.`,
        `Run \`lm tree ${before.id}\` to see its parts.`,
        EXIT.conflict,
      );
    }
  }
}

/** Whether an issue is the other one, or a part of it at any depth. */
function isPartOf(db: Database, id: string, whole: string): boolean {
  return (
    db.get(
      `WITH RECURSIVE up(id) AS (SELECT ?1 UNION SELECT i.parent_id FROM issues i JOIN up ON i.id = up.id)
       SELECT 1 FROM up WHERE id = ?2`,
      id,
      whole,
    ) !== undefined
  );
}

/** Hides an issue. It keeps its cost and its history; `reopenIssue` restores it. */
export function hideIssue(db: Database, id: string, actor: Actor, now: number): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    if (issue.deleted_at !== null) {
      return issue;
    }
    const status = isClosed(issue.status) ? issue.status : 'cancelled';
    db.run(
      'UPDATE issues SET deleted_at = ?1, updated_at = ?1, status = ?2, closed_at = COALESCE(closed_at, ?1) WHERE id = ?3',
      now,
      status,
      id,
    );
    recordEdit(db, issue, actor, { deleted: [false, true] }, now);
    signChanges(db, signature(db, actor));
    return requireIssue(db, id);
  });
}

/** Removes an issue, its comments and its history. Its calls keep their cost and belong to no issue. */
export function removeIssue(db: Database, id: string, actor: Actor): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    db.run('DELETE FROM issues WHERE id = ?', id);
    db.run(
      "DELETE FROM changes WHERE tbl = 'issues' AND row_key = json_array(?) AND field <> '$deleted'",
      id,
    );
    db.run("DELETE FROM atlas_tags WHERE entity = 'issue' AND entity_id = ?", id);
    db.run("DELETE FROM budgets WHERE scope = 'issue' AND scope_id = ?", id);
    signChanges(db, signature(db, actor));
    return issue;
  });
}
