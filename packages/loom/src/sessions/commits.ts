import { execFileSync } from 'node:child_process';
import type { Database } from '../store/database.js';
import { attribute, issueNamedIn } from './attribution.js';

const COMMITS_READ = 50;

interface Candidate {
  readonly id: string;
  readonly cwd: string;
  readonly git_head_start: string;
  readonly git_head_end: string;
  readonly started_at: number;
}

/**
 * For ended sessions without an issue, looks for one in the messages of their commits. Each session is
 * checked once.
 */
export function attributeByCommits(db: Database): void {
  const candidates = db.all<Candidate>(
    `SELECT id, cwd, git_head_start, git_head_end, started_at FROM sessions
     WHERE ended_at IS NOT NULL AND cwd IS NOT NULL AND git_head_start <> git_head_end AND issue_id IS NULL
       AND json_extract(meta, '$.commits_read') IS NULL`,
  );
  for (const session of candidates) {
    const issue = issueNamedIn(db, messages(session));
    db.transaction(() => {
      db.run("UPDATE sessions SET meta = json_set(meta, '$.commits_read', 1) WHERE id = ?", session.id);
      if (issue) {
        attribute(db, session.id, issue, 'commit', session.started_at);
      }
    });
  }
}

/** Empty if git or the folder no longer exists. */
function messages({ cwd, git_head_start, git_head_end }: Candidate): string {
  try {
    return execFileSync(
      'git',
      ['-C', cwd, 'log', `-${COMMITS_READ}`, '--format=%B', `${git_head_start}..${git_head_end}`, '--'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
  } catch {
    return '';
  }
}
