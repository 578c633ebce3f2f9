import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { dependents, linkIssues, openBlockers } from './dependencies.js';
import { type Actor, type Issue, isClosed } from './issue.js';
import { isHere, placeText } from './place.js';
import { requireIssue, setStatus } from './store.js';

/**
 * Takes an issue for one worker. If two claim at once, one gets it, and the other learns who has it. A worker
 * keeps its own issue, except for a `fresh` claim without a session: two workers with one name could not be
 * distinguished.
 */
export function claimIssue(
  db: Database,
  id: string,
  actor: Actor,
  now: number,
  { fresh = false }: { fresh?: boolean } = {},
): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    const other = issue.status === 'in_progress' ? otherSession(db, id, actor) : undefined;
    const mine =
      issue.assignee === actor.name &&
      isHere(db, issue.holder) &&
      !other &&
      !(fresh && actor.sessionId === null);
    if (issue.status === 'in_progress' && mine) {
      return issue;
    }
    if (issue.status === 'in_progress') {
      throw new LoomError(
        `${id} is claimed by ${issue.assignee ?? 'someone'}${other ? ` in ${other}` : isHere(db, issue.holder) ? '' : ` (${placeText(issue.holder)})`}.`,
        'Choose another one from `lm ready`, or release it with `lm release`.',
        EXIT.conflict,
      );
    }
    if (isClosed(issue.status)) {
      throw new LoomError(`${id} is ${issue.status}.`, 'Reopen it with `lm reopen`.', EXIT.conflict);
    }
    const blockers = openBlockers(db, id);
    if (blockers.length > 0) {
      throw new LoomError(
        `${id} waits for ${blockers.join(', ')}.`,
        `Work on ${blockers[0]} first, or run \`lm unblock ${id}\`.`,
        EXIT.conflict,
      );
    }
    return setStatus(db, issue, 'in_progress', actor, now, { assignee: actor.name });
  });
}

/**
 * The running session that holds an issue, if it is not the actor's, because two agents may have the same
 * name.
 */
function otherSession(db: Database, issueId: string, actor: Actor): string | undefined {
  const holder = db.get<{ session_id: string | null; status: string | null }>(
    `SELECT e.session_id, s.status FROM issue_events e LEFT JOIN sessions s ON s.id = e.session_id
     WHERE e.issue_id = ? AND e.to_status = 'in_progress' ORDER BY e.at DESC, e.rowid DESC LIMIT 1`,
    issueId,
  );
  const runs = holder?.status === 'running' || holder?.status === 'paused';
  return holder?.session_id && runs && actor.sessionId !== null && holder.session_id !== actor.sessionId
    ? holder.session_id
    : undefined;
}

/** Releases an issue: open again, without an owner. */
export function releaseIssue(db: Database, id: string, actor: Actor, now: number, reason?: string): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    return issue.status === 'pending' && issue.assignee === null
      ? issue
      : setStatus(db, issue, 'pending', actor, now, { assignee: null, reason });
  });
}

/** Opens a closed or deleted issue again. */
export function reopenIssue(db: Database, id: string, actor: Actor, now: number, reason?: string): Issue {
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    if (!isClosed(issue.status)) {
      throw new LoomError(
        `${id} is ${issue.status}, not closed.`,
        'There is nothing to reopen.',
        EXIT.conflict,
      );
    }
    return setStatus(db, issue, 'pending', actor, now, { assignee: null, reason: reason ?? 'reopened' });
  });
}

/** Closes an issue that duplicates another one. */
export function closeAsDuplicate(
  db: Database,
  id: string,
  of: string,
  actor: Actor,
  now: number,
): { issue: Issue; freed: Issue[] } {
  return db.transaction(() => {
    linkIssues(db, id, of, 'duplicates', actor, now);
    return closeIssue(db, id, 'cancelled', actor, now, { reason: `duplicate of ${of}` });
  });
}

/** Closes an issue, and unblocks those that waited only for it. */
export function closeIssue(
  db: Database,
  id: string,
  to: 'completed' | 'cancelled',
  actor: Actor,
  now: number,
  change: { evidence?: string | undefined; reason?: string | undefined } = {},
): { issue: Issue; freed: Issue[] } {
  return db.transaction(() => {
    const before = requireIssue(db, id);
    if (before.status === to) {
      return { issue: before, freed: [] };
    }
    const issue = setStatus(db, before, to, actor, now, change);
    const freed = dependents(db, id)
      .map((dependent) => requireIssue(db, dependent))
      .filter((dependent) => dependent.status === 'blocked' && openBlockers(db, dependent.id).length === 0)
      .map((dependent) => setStatus(db, dependent, 'pending', actor, now, { reason: `${id} is ${to}` }));
    return { issue, freed };
  });
}
