import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import type { Issue } from './issue.js';
import { findIssue } from './store.js';

export interface Found {
  readonly issue: Issue;
  /** The text around the matches, which are in [brackets]. */
  readonly snippet: string;
}

/**
 * Issues whose texts and comments contain all words, best match first. The index is local and updated here,
 * because D1 can't export a database with a virtual table.
 */
export function searchIssues(
  db: Database,
  words: string,
  { closed = true, limit = 20 }: { closed?: boolean; limit?: number } = {},
): { found: Found[]; total: number } {
  const terms = words.match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (terms.length === 0) {
    throw new LoomError('There are no words to search for.', 'Write: lm search word [word…]', EXIT.usage);
  }
  db.transaction(() => refresh(db));
  // Quoted, so that no word is an operator. A star also finds longer words.
  const query = terms.map((term) => `"${term}"*`).join(' ');
  const where = `issue_search MATCH ?1 AND i.deleted_at IS NULL AND (?2 OR i.status NOT IN ('completed', 'cancelled'))`;
  const from = 'FROM issue_search s JOIN issues i ON i.id = s.id';
  const rows = db.all<{ id: string; snippet: string }>(
    `SELECT s.id, snippet(issue_search, -1, '[', ']', '…', 12) AS snippet ${from} WHERE ${where}
     ORDER BY bm25(issue_search, 0, 8, 2, 1, 1, 1, 1), i.updated_at DESC LIMIT ?3`,
    query,
    closed,
    limit,
  );
  const total = Number(db.get(`SELECT COUNT(*) AS n ${from} WHERE ${where}`, query, closed)?.n ?? 0);
  return {
    found: rows.flatMap(({ id, snippet }) => {
      const issue = findIssue(db, id);
      return issue ? [{ issue, snippet: snippet.replaceAll(/\s+/g, ' ') }] : [];
    }),
    total,
  };
}

function refresh(db: Database): void {
  db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS issue_search USING fts5(id UNINDEXED, title, description, design, acceptance,
    notes, comments, tokenize = 'porter unicode61 remove_diacritics 2')`);
  db.exec(`CREATE TABLE IF NOT EXISTS issue_search_state(
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, updated_at INTEGER NOT NULL, indexed INTEGER NOT NULL DEFAULT 0) STRICT`);
  const gone = db.all<{ row: number }>(
    `SELECT s.row FROM issue_search_state s LEFT JOIN issues i ON i.id = s.id
     WHERE i.id IS NULL OR i.updated_at <> s.updated_at`,
  );
  for (const { row } of gone) {
    db.run('DELETE FROM issue_search WHERE rowid = ?', row);
    db.run('DELETE FROM issue_search_state WHERE row = ?', row);
  }
  const added = db.run(`INSERT INTO issue_search_state(id, updated_at) SELECT i.id, i.updated_at FROM issues i
    WHERE NOT EXISTS (SELECT 1 FROM issue_search_state s WHERE s.id = i.id)`);
  if (added > 0) {
    db.exec(`INSERT INTO issue_search(rowid, id, title, description, design, acceptance, notes, comments)
      SELECT s.row, i.id, i.title, i.description, i.design, i.acceptance, i.notes,
        (SELECT group_concat(c.text, char(10)) FROM issue_comments c WHERE c.issue_id = i.id)
      FROM issue_search_state s JOIN issues i ON i.id = s.id WHERE s.indexed = 0`);
    db.run('UPDATE issue_search_state SET indexed = 1 WHERE indexed = 0');
  }
}
