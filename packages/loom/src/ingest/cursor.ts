import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Database } from '../store/database.js';

/** The position in a file, and the state of its reader. Saved together with the rows. */
export interface Cursor<State> {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly offset: number;
  readonly state: State;
}

const HEAD_BYTES = 4096;

interface CursorRow {
  readonly head_hash: string;
  readonly size: number;
  readonly mtime_ms: number;
  readonly offset: number;
  readonly state: string;
}

/** Where to continue: from the start if the file is new, shorter than before, or has another beginning. */
export function loadCursor<State extends object>(
  db: Database,
  path: string,
): Cursor<State> & { unchanged: boolean } {
  const { size, mtimeMs } = statSync(path);
  const row = db.get<CursorRow>('SELECT * FROM ingest_cursors WHERE path = ?', path);
  const now = { path, size, mtimeMs: Math.trunc(mtimeMs) };
  const unchanged = row?.size === size && row.mtime_ms === now.mtimeMs;
  if (!row || !(unchanged || sameHead(path, row.head_hash))) {
    return { ...now, offset: 0, state: {} as State, unchanged: false };
  }
  // The offset of a packed file counts unpacked bytes, so a changed file is read again.
  return unchanged || size >= row.offset
    ? { ...now, offset: row.offset, state: JSON.parse(row.state), unchanged }
    : { ...now, offset: 0, state: {} as State, unchanged: false };
}

export function saveCursor<State>(db: Database, cursor: Cursor<State>, now: number): void {
  db.run(
    `INSERT INTO ingest_cursors(path, head_hash, size, mtime_ms, offset, state, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(path) DO UPDATE SET head_hash = excluded.head_hash, size = excluded.size, mtime_ms = excluded.mtime_ms,
       offset = excluded.offset, state = excluded.state, updated_at = excluded.updated_at`,
    cursor.path,
    headHash(cursor.path, Math.min(HEAD_BYTES, cursor.offset)),
    cursor.size,
    cursor.mtimeMs,
    cursor.offset,
    JSON.stringify(cursor.state),
    now,
  );
}

function sameHead(path: string, saved: string): boolean {
  return headHash(path, Number(saved.split(':')[0])) === saved;
}

/** The length comes before the hash, so that a file that was short is compared up to its old length. */
function headHash(path: string, length: number): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(length);
    const read = readSync(file, head, 0, length, 0);
    return `${length}:${createHash('sha256').update(head.subarray(0, read)).digest('hex').slice(0, 32)}`;
  } finally {
    closeSync(file);
  }
}
