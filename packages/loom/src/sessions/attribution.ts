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

interface Attribution {
  readonly from_at: number;
  readonly said_at: number | null;
  readonly issue_id: string | null;
  readonly basis: AttributionBasis;
}

/**
 * From `at` on the session works on this issue (null: on none). A weaker ground does not replace a stronger one, in
 * whatever order the two are heard of, and what is said of an earlier time does not undo what is said of a later one.
 */
export function attribute(
  db: Database,
  sessionId: string,
  issueId: string | null,
  basis: AttributionBasis,
  at: number,
): void {
  db.transaction(() => {
    const said = db
      .all<Attribution>(
        'SELECT from_at, said_at, issue_id, basis FROM attributions WHERE session_id = ? ORDER BY from_at',
        sessionId,
      )
      .map((one) => ({ ...one, at: one.said_at ?? one.from_at }));
    const facts = [...said, { at, issue_id: issueId, basis }].sort((a, b) => a.at - b.at);
    db.run('DELETE FROM attributions WHERE session_id = ?', sessionId);
    let last: { issue_id: string | null; basis: AttributionBasis; from: number; at: number } | undefined;
    for (const fact of facts) {
      if (last && RANK[fact.basis] > RANK[last.basis]) {
        continue;
      }
      // The same issue on a stronger ground: a weaker one takes it away no more.
      const goesOn = last !== undefined && (last.issue_id === fact.issue_id || last.at === fact.at);
      const from = last === undefined ? 0 : goesOn ? last.from : fact.at;
      db.run(
        `INSERT INTO attributions(session_id, from_at, said_at, issue_id, basis) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT(session_id, from_at) DO UPDATE SET issue_id = excluded.issue_id, basis = excluded.basis`,
        sessionId,
        from, // the first one holds from the session's beginning
        fact.at,
        fact.issue_id,
        fact.basis,
      );
      last = { issue_id: fact.issue_id, basis: fact.basis, from, at: fact.at };
    }
    const latest = facts.findLast(({ issue_id }) => issue_id !== null)?.issue_id ?? null;
    const now = last?.issue_id ?? latest;
    db.run('UPDATE sessions SET issue_id = COALESCE(?, issue_id) WHERE id = ?', now, sessionId);
    attributeCalls(db, sessionId);
  });
}

/** SQL for the issue that a session worked on at a time; both are given as SQL too. */
export function issueAt(session: string, at: string): string {
  return `(SELECT issue_id FROM attributions WHERE session_id = ${session} AND from_at <= ${at}
    ORDER BY from_at DESC LIMIT 1)`;
}

/** Gives each call of a session the issue that was worked on when it began. */
export function attributeCalls(db: Database, sessionId: string): void {
  const issue = issueAt('llm_calls.session_id', 'llm_calls.started_at');
  db.run(
    `UPDATE llm_calls SET issue_id = ${issue} WHERE session_id = ? AND issue_id IS NOT ${issue}`,
    sessionId,
  );
}
