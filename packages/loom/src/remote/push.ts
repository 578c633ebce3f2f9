import { stableId } from '../ids.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { SHARED_TABLES, type SharedTable } from '../transfer/tables.js';
import type { D1 } from './d1.js';
import { requireSameSchema } from './schema.js';
import { statementsFor } from './statements.js';
import { type Names, renamed } from './twins.js';
import { whole } from './whole.js';

export interface PushReport {
  readonly rows: number;
  /** Rows that had not changed since they were last pushed from here, and were not sent. */
  readonly unchanged: number;
}

/** In one request. D1 takes parameters of 2 MB; a row of Loom is below 2 KB as a rule. */
const CHUNK_ROWS = 500;

interface Chunk {
  readonly name: string;
  readonly rows: Record<string, unknown>[];
}

/**
 * Sends what has changed. Rows are taken in fixed groups; the hash of a group is noted once D1 has it, so that an
 * interrupted push goes on where it was, and one with nothing new sends nothing.
 */
export async function push(
  db: Database,
  d1: D1,
  databaseId: string,
  onProgress: (table: string, rows: number) => void = () => {},
): Promise<PushReport> {
  await requireSameSchema(d1);
  let rows = 0;
  let unchanged = 0;
  await whole(db, d1, async (twins) => {
    unchanged = 0;
    for (const table of SHARED_TABLES) {
      for await (const pushed of pushTable(db, d1, databaseId, table, twins)) {
        if (pushed.sent) {
          rows += pushed.rows;
          onProgress(table.name, pushed.rows);
        } else {
          unchanged += pushed.rows;
        }
      }
    }
  });
  return { rows, unchanged };
}

/** How many rows each group has, and whether it was sent. */
async function* pushTable(
  db: Database,
  d1: D1,
  databaseId: string,
  table: SharedTable,
  twins: Names,
): AsyncGenerator<{ rows: number; sent: boolean }> {
  const { upsert, link, columns } = statementsFor(db, table, 'there');
  const done: { key: string; hash: string; text: string }[] = [];
  for (const { name, rows } of chunks(db, table, columns)) {
    const key = `pushed:${databaseId}:${table.name}:${name}`;
    const hash = stableId(JSON.stringify(rows), 32);
    if (readMeta(db, key) === hash) {
      yield { rows: rows.length, sent: false };
      continue;
    }
    const text = JSON.stringify(renamed(table.name, rows, twins));
    await d1.query(upsert, [text]);
    if (link) {
      done.push({ key, hash, text });
    } else {
      writeMeta(db, key, hash);
    }
    yield { rows: rows.length, sent: true };
  }
  // A group whose rows point at each other is done only when they do.
  for (const { key, hash, text } of done) {
    await d1.query(link ?? '', [text]);
    writeMeta(db, key, hash);
  }
}

/** By rowid, so that new rows fill the last group and leave the others as they were; by key where there is none. */
function* chunks(db: Database, table: SharedTable, columns: readonly string[]): Generator<Chunk> {
  const hasRowid = !/WITHOUT ROWID/.test(
    String(db.get('SELECT sql FROM sqlite_master WHERE name = ?', table.name)?.sql),
  );
  if (hasRowid) {
    const last = Number(db.get(`SELECT MAX(rowid) AS id FROM ${table.name}`)?.id ?? 0);
    for (let group = 0; group * CHUNK_ROWS <= last; group += 1) {
      const rows = db.all(
        `SELECT ${columns.join(', ')} FROM ${table.name} WHERE rowid >= ? AND rowid < ? ORDER BY rowid`,
        group * CHUNK_ROWS,
        (group + 1) * CHUNK_ROWS,
      );
      if (rows.length > 0) {
        yield { name: String(group), rows };
      }
    }
    return;
  }
  const order = table.key.join(', ');
  for (let offset = 0; ; offset += CHUNK_ROWS) {
    const rows = db.all(
      `SELECT ${columns.join(', ')} FROM ${table.name} ORDER BY ${order} LIMIT ? OFFSET ?`,
      CHUNK_ROWS,
      offset,
    );
    if (rows.length === 0) {
      return;
    }
    yield { name: String(offset), rows };
  }
}
