import { findIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';
import { issueAt } from './issue-at.js';

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

/** The known issue in a branch name or a commit message. */
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

interface Fact {
  readonly at: number;
  readonly issue_id: string | null;
  readonly basis: AttributionBasis;
}

/**
 * From `at` on the session works on this issue (null: on none). A weaker ground does not replace a stronger
 * one, in any order of arrival. A statement about an earlier time does not undo one about a later time.
 */
export function attribute(
  db: Database,
  sessionId: string,
  issueId: string | null,
  basis: AttributionBasis,
  at: number,
): void {
  db.transaction(() => {
    keepFact(db, sessionId, { at, issue_id: issueId, basis });
    db.run('DELETE FROM attributions WHERE session_id = ?', sessionId);
    const held = heldBy(factsOf(db, sessionId));
    for (const { from, fact } of held) {
      db.run(
        'INSERT INTO attributions(session_id, from_at, said_at, issue_id, basis) VALUES (?, ?, ?, ?, ?)',
        sessionId,
        from,
        fact.at,
        fact.issue_id,
        fact.basis,
      );
    }
    const latest = held.findLast(({ fact }) => fact.issue_id !== null)?.fact.issue_id ?? null;
    db.run('UPDATE sessions SET issue_id = COALESCE(?, issue_id) WHERE id = ?', latest, sessionId);
    attributeCalls(db, sessionId);
  });
}

function factsOf(db: Database, sessionId: string): Fact[] {
  return db.all<Fact>('SELECT at, issue_id, basis FROM attribution_facts WHERE session_id = ?', sessionId);
}

function keepFact(db: Database, sessionId: string, fact: Fact): void {
  // A session that another machine recorded has come with what follows, and without what it follows from.
  db.run(
    `INSERT INTO attribution_facts(session_id, at, basis, issue_id)
     SELECT session_id, COALESCE(said_at, from_at), basis, issue_id FROM attributions
     WHERE session_id = ?1 AND NOT EXISTS (SELECT 1 FROM attribution_facts WHERE session_id = ?1)
     ON CONFLICT DO NOTHING`,
    sessionId,
  );
  db.run(
    `INSERT INTO attribution_facts(session_id, at, basis, issue_id) VALUES (?, ?, ?, ?)
     ON CONFLICT(session_id, at, basis) DO UPDATE SET issue_id = excluded.issue_id`,
    sessionId,
    fact.at,
    fact.basis,
    fact.issue_id,
  );
}

/**
 * Statements with their start times; the first holds from the session's beginning, and equal neighbours are
 * merged.
 */
function heldBy(facts: readonly Fact[]): { from: number; fact: Fact }[] {
  // Of two at the same time the stronger one wins.
  const ordered = [...facts].sort((a, b) => a.at - b.at || RANK[b.basis] - RANK[a.basis]);
  const held: { from: number; fact: Fact }[] = [];
  for (const fact of ordered) {
    const last = held.at(-1);
    if (!last) {
      held.push({ from: 0, fact });
    } else if (RANK[fact.basis] <= RANK[last.fact.basis]) {
      if (last.fact.issue_id === fact.issue_id || last.fact.at === fact.at) {
        // The same issue on a stronger ground: a weaker one takes it away no more.
        held[held.length - 1] = { from: last.from, fact };
      } else {
        held.push({ from: fact.at, fact });
      }
    }
  }
  return held;
}

/** Gives each call of a session the issue that was worked on when it began. */
export function attributeCalls(db: Database, sessionId: string): void {
  const issue = issueAt('llm_calls.session_id', 'llm_calls.started_at');
  db.run(
    `UPDATE llm_calls SET issue_id = ${issue} WHERE session_id = ? AND issue_id IS NOT ${issue}`,
    sessionId,
  );
}
