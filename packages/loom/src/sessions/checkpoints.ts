import { gitHead } from '../git.js';
import { timedId } from '../ids.js';
import type { Database } from '../store/database.js';
import type { Session } from './session.js';

export interface Checkpoint {
  readonly id: string;
  readonly session_id: string;
  readonly seq: number;
  readonly summary: string;
  /** Data for the next agent: files, decisions, remaining work. */
  readonly context: unknown;
  readonly git_commit: string | null;
  readonly at: number;
}

type CheckpointRow = Omit<Checkpoint, 'context'> & { readonly context: string };

export function addCheckpoint(
  db: Database,
  session: Session,
  summary: string,
  context: unknown,
  now: number,
): Checkpoint {
  return db.transaction(() => {
    const seq =
      (db.get<{ seq: number | null }>(
        'SELECT MAX(seq) AS seq FROM checkpoints WHERE session_id = ?',
        session.id,
      )?.seq ?? 0) + 1;
    const checkpoint: Checkpoint = {
      id: timedId('chk', now),
      session_id: session.id,
      seq,
      summary,
      context,
      git_commit: (session.cwd && gitHead(session.cwd).commit) || null,
      at: now,
    };
    db.run(
      'INSERT INTO checkpoints(id, session_id, seq, summary, context, git_commit, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      checkpoint.id,
      session.id,
      seq,
      summary,
      JSON.stringify(context),
      checkpoint.git_commit,
      now,
    );
    db.run('UPDATE sessions SET last_seen_at = MAX(last_seen_at, ?) WHERE id = ?', now, session.id);
    return checkpoint;
  });
}

export function lastCheckpoint(db: Database, sessionId: string): Checkpoint | undefined {
  const row = db.get<CheckpointRow>(
    'SELECT * FROM checkpoints WHERE session_id = ? ORDER BY seq DESC LIMIT 1',
    sessionId,
  );
  return row && { ...row, context: JSON.parse(row.context) };
}
