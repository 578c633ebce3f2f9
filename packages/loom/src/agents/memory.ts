import { EXIT, LoomError } from '../errors.js';
import { freeId, memoryId } from '../ids.js';
import type { Actor } from '../issues/issue.js';
import { findIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';

export const MEMORY_KINDS = ['note', 'decision', 'convention', 'gotcha', 'preference', 'beads'] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

export interface Memory {
  readonly id: string;
  readonly kind: MemoryKind;
  readonly text: string;
  readonly issue_id: string | null;
  readonly author: string | null;
  /** Unix ms. */
  readonly at: number;
}

/** Size limit for text that an agent reads at every start. */
const MAX_CHARACTERS = 2000;

export function remember(
  db: Database,
  text: string,
  kind: MemoryKind,
  issueId: string | undefined,
  actor: Actor,
  now: number,
): Memory {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MAX_CHARACTERS) {
    throw new LoomError(
      trimmed === '' ? 'The note is empty.' : `The note has ${trimmed.length} characters.`,
      `Write a short one, of at most ${MAX_CHARACTERS} characters. Put a longer text into an issue.`,
      EXIT.usage,
    );
  }
  return db.transaction(() => {
    const same = db.get<Memory>('SELECT * FROM memories WHERE text = ? AND kind = ?', trimmed, kind);
    if (same) {
      return same;
    }
    if (issueId !== undefined && !findIssue(db, issueId)) {
      throw new LoomError(
        `There is no issue "${issueId}".`,
        'Run `lm list --all` to see them.',
        EXIT.notFound,
      );
    }
    const id = freeId(memoryId, (taken) => findMemory(db, taken) !== undefined);
    db.run(
      'INSERT INTO memories(id, kind, text, issue_id, author, at) VALUES (?, ?, ?, ?, ?, ?)',
      id,
      kind,
      trimmed,
      issueId,
      actor.name,
      now,
    );
    return { id, kind, text: trimmed, issue_id: issueId ?? null, author: actor.name, at: now };
  });
}

function findMemory(db: Database, id: string): Memory | undefined {
  return db.get<Memory>('SELECT * FROM memories WHERE id = ?', id);
}

/** Notes that contain all these words in any case, latest first. */
export function recall(
  db: Database,
  words: readonly string[],
  filter: { kind?: MemoryKind | undefined; issue?: string | undefined; limit: number },
): { found: Memory[]; total: number } {
  const all = db.all<Memory>(
    `SELECT * FROM memories WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR issue_id = ?2) ORDER BY at DESC, id`,
    filter.kind,
    filter.issue,
  );
  const needles = words.map((word) => word.toLowerCase());
  const found = all.filter(({ text }) => needles.every((word) => text.toLowerCase().includes(word)));
  return { found: found.slice(0, filter.limit), total: found.length };
}

export function forget(db: Database, id: string): Memory {
  return db.transaction(() => {
    const memory = findMemory(db, id);
    if (!memory) {
      throw new LoomError(`There is no note "${id}".`, 'Run `lm recall` to see them.', EXIT.notFound);
    }
    db.run('DELETE FROM memories WHERE id = ?', id);
    return memory;
  });
}
