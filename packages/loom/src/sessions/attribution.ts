import { findIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';

export type AttributionBasis = 'env' | 'claim' | 'branch' | 'commit' | 'explicit' | 'released';

/** The smallest is the strongest: what is said for this run beats what is concluded from its surroundings. */
const RANK: Record<AttributionBasis, number> = {
  env: 0,
  claim: 1,
  released: 1,
  branch: 2,
  commit: 3,
  explicit: 4,
};

/** How issues are named in branches and commits: ours, Beads', GitHub's, Jira's and Linear's. */
const NAMES = [
  // An underscore ends a name too, so this is no \b.
  /(?<![A-Za-z0-9])lm-[a-z0-9]{6}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])[a-z]{2,10}-[a-z0-9]{4,8}(?![A-Za-z0-9])/g,
  /#\d+(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])[A-Z][A-Z0-9]{1,9}-\d+(?![A-Za-z0-9])/g,
];

/** The known issue that a branch name or a commit message speaks of. */
export function issueNamedIn(db: Database, text: string): string | undefined {
  for (const pattern of NAMES) {
    for (const [name] of text.matchAll(pattern)) {
      const issue =
        findIssue(db, name)?.id ??
        db.get<{ id: string }>(
          'SELECT id FROM issues WHERE external_ref IN (?, ?) LIMIT 1',
          name,
          name.replace('#', ''),
        )?.id;
      if (issue) {
        return issue;
      }
    }
  }
  return undefined;
}

/** From `at` on the session works on this issue (null: on none). A weaker ground does not replace a stronger one. */
export function attribute(
  db: Database,
  sessionId: string,
  issueId: string | null,
  basis: AttributionBasis,
  at: number,
): void {
  db.transaction(() => {
    const last = db.get<{ issue_id: string | null; basis: AttributionBasis; from_at: number }>(
      'SELECT issue_id, basis, from_at FROM attributions WHERE session_id = ? ORDER BY from_at DESC LIMIT 1',
      sessionId,
    );
    if (last && RANK[basis] > RANK[last.basis]) {
      return;
    }
    if (last?.issue_id === issueId) {
      // The same issue on a stronger ground: a weaker one takes it away no more.
      db.run(
        'UPDATE attributions SET basis = ? WHERE session_id = ? AND from_at = ?',
        basis,
        sessionId,
        last.from_at,
      );
      return;
    }
    db.run(
      `INSERT INTO attributions(session_id, from_at, issue_id, basis) VALUES (?, ?, ?, ?)
       ON CONFLICT(session_id, from_at) DO UPDATE SET issue_id = excluded.issue_id, basis = excluded.basis`,
      sessionId,
      last ? Math.max(at, last.from_at) : 0, // the first one holds from the session's beginning
      issueId,
      basis,
    );
    db.run('UPDATE sessions SET issue_id = COALESCE(?, issue_id) WHERE id = ?', issueId, sessionId);
    attributeCalls(db, sessionId);
  });
}

/** SQL for the issue that a session worked on at a time; both are given as SQL too. */
export function issueAt(session: string, at: string): string {
  return `(SELECT issue_id FROM attributions WHERE session_id = ${session} AND from_at <= ${at}
    ORDER BY from_at DESC LIMIT 1)`;
}

/** Gives each call of a session the issue that was worked on when it began. */
function attributeCalls(db: Database, sessionId: string): void {
  db.run(
    `UPDATE llm_calls SET issue_id = ${issueAt('llm_calls.session_id', 'llm_calls.started_at')} WHERE session_id = ?`,
    sessionId,
  );
}
