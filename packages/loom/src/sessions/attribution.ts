import { findIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';
import { issueAt } from './issue-at.js';

export type AttributionBasis = 'env' | 'claim' | 'branch' | 'commit' | 'explicit' | 'released';

/**
 * Lower numbers are stronger: an explicit statement about this run overrides a conclusion from its
 * environment.
 */
const RANK: Record<AttributionBasis, number> = {
  env: 0,
  claim: 1,
  released: 1,
  branch: 2,
  commit: 3,
  explicit: 4,
};

/** Names of issues in branches and commits: ours, and those of Beads, GitHub, Jira and Linear. */
const NAMES = [
  // Not \b, because an underscore also ends a name.
  /(?<![A-Za-z0-9])lm-[a-z0-9]{6}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])[a-z]{2,10}-[a-z0-9]{4,8}(?![A-Za-z0-9])/g,
  /#\d+(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])[A-Z][A-Z0-9]{1,9}-\d+(?![A-Za-z0-9])/g,
];

/** The existing issue that a branch name or a commit message contains. */
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
 * Records that the session works on this issue (null: none) from `at`. A weaker basis does not replace a
 * stronger one, in any order of arrival. A statement about an earlier time does not undo one about a later
 * time.
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
    const statements = statementsInOrder(factsOf(db, sessionId));
    for (const { from, fact } of statements) {
      db.run(
        'INSERT INTO attributions(session_id, from_at, said_at, issue_id, basis) VALUES (?, ?, ?, ?, ?)',
        sessionId,
        from,
        fact.at,
        fact.issue_id,
        fact.basis,
      );
    }
    const latest = statements.findLast(({ fact }) => fact.issue_id !== null)?.fact.issue_id ?? null;
    db.run('UPDATE sessions SET issue_id = COALESCE(?, issue_id) WHERE id = ?', latest, sessionId);
    attributeCalls(db, sessionId);
  });
}

function factsOf(db: Database, sessionId: string): Fact[] {
  return db.all<Fact>('SELECT at, issue_id, basis FROM attribution_facts WHERE session_id = ?', sessionId);
}

function keepFact(db: Database, sessionId: string, fact: Fact): void {
  // A session that another machine recorded arrives with derived data, but without its basis.
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
 * Statements with their start times. The first applies from the session's start. Equal neighbours are merged.
 */
function statementsInOrder(facts: readonly Fact[]): { from: number; fact: Fact }[] {
  // The stronger of two statements at the same time is used.
  const ordered = [...facts].sort((a, b) => a.at - b.at || RANK[b.basis] - RANK[a.basis]);
  const statements: { from: number; fact: Fact }[] = [];
  for (const fact of ordered) {
    const last = statements.at(-1);
    if (!last) {
      statements.push({ from: 0, fact });
    } else if (RANK[fact.basis] <= RANK[last.fact.basis]) {
      if (last.fact.issue_id === fact.issue_id || last.fact.at === fact.at) {
        // The same issue with a stronger basis, so that a weaker statement can't replace it any more.
        statements[statements.length - 1] = { from: last.from, fact };
      } else {
        statements.push({ from: fact.at, fact });
      }
    }
  }
  return statements;
}

/** Gives each call of a session the issue of the time when the call started. */
export function attributeCalls(db: Database, sessionId: string): void {
  const issue = issueAt('llm_calls.session_id', 'llm_calls.started_at');
  db.run(
    `UPDATE llm_calls SET issue_id = ${issue} WHERE session_id = ? AND issue_id IS NOT ${issue}`,
    sessionId,
  );
}
