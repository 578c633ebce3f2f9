import { EXIT, LoomError } from '../errors.js';
import { timedId } from '../ids.js';
import type { Database } from '../store/database.js';
import type { Actor } from './issue.js';
import { requireIssue } from './store.js';

export interface Comment {
  readonly id: string;
  readonly issue_id: string;
  readonly author: string | null;
  readonly text: string;
  /** Unix ms. */
  readonly at: number;
}

export function addComment(db: Database, id: string, text: string, actor: Actor, now: number): Comment {
  if (text.trim() === '') {
    throw new LoomError('The comment is empty.', 'Write lm comment <id> "text", or - for stdin.', EXIT.usage);
  }
  return db.transaction(() => {
    const issue = requireIssue(db, id);
    const comment = { id: timedId('com', now), issue_id: issue.id, author: actor.name, text, at: now };
    db.run(
      'INSERT INTO issue_comments(id, issue_id, author, text, at) VALUES (?, ?, ?, ?, ?)',
      comment.id,
      issue.id,
      comment.author,
      text,
      now,
    );
    db.run('UPDATE issues SET updated_at = MAX(updated_at, ?) WHERE id = ?', now, issue.id);
    return comment;
  });
}

export function commentsOf(db: Database, id: string): Comment[] {
  return db.all<Comment>('SELECT * FROM issue_comments WHERE issue_id = ? ORDER BY at, id', id);
}
