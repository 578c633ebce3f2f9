import { findIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';
import { attribute, issueNamedIn } from './attribution.js';
import type { Session } from './session.js';

/** Finds the issue of a new session: LOOM_ISSUE, then the branch's name, then what was given by hand. */
export function attributeFromSurroundings(
  db: Database,
  session: Session,
  env: NodeJS.ProcessEnv,
  now: number,
  explicit?: string,
): void {
  const fromEnv = env.LOOM_ISSUE && findIssue(db, env.LOOM_ISSUE)?.id;
  if (fromEnv) {
    attribute(db, session.id, fromEnv, 'env', now);
    return;
  }
  const fromBranch = session.git_branch ? issueNamedIn(db, session.git_branch) : undefined;
  if (fromBranch) {
    attribute(db, session.id, fromBranch, 'branch', now);
    return;
  }
  if (explicit) {
    attribute(db, session.id, explicit, 'explicit', now);
  }
}
