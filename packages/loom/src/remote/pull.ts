import type { Database } from '../store/database.js';
import { SHARED_TABLES, type SharedTable } from '../transfer/tables.js';
import type { D1 } from './d1.js';
import { requireSameSchema } from './schema.js';
import { statementsFor } from './statements.js';
import { type Names, renamed } from './twins.js';
import { whole } from './whole.js';

export interface PullReport {
  readonly rows: number;
  /** Rows that are new here or newer than they were. */
  readonly changed: number;
}

const PAGE_ROWS = 500;

/** Takes what others have pushed. Interrupted, it starts over, and what is here already changes nothing. */
export async function pull(
  db: Database,
  d1: D1,
  onProgress: (table: string, rows: number) => void = () => {},
): Promise<PullReport> {
  await requireSameSchema(d1);
  let rows = 0;
  let changed = 0;
  await whole(db, d1, async (twins) => {
    const names: Names = new Map([...twins].map(([here, there]) => [there, here]));
    rows = 0;
    for (const table of SHARED_TABLES) {
      const { upsert, link, columns } = statementsFor(db, table, 'here');
      const links: string[] = [];
      for await (const page of pages(d1, table, columns)) {
        const text = JSON.stringify(renamed(table.name, page, names));
        changed += db.run(upsert, text);
        links.push(text);
        rows += page.length;
        onProgress(table.name, page.length);
      }
      if (link) {
        db.transaction(() => {
          for (const text of links) {
            db.run(link, text);
          }
        });
      }
    }
  });
  return { rows, changed };
}

/** By key, each page after the last row of the one before: rows added meanwhile shift nothing. */
async function* pages(
  d1: D1,
  table: SharedTable,
  columns: readonly string[],
): AsyncGenerator<Record<string, unknown>[]> {
  const key = table.key.join(', ');
  const after = `(${key}) > (${table.key.map((_, at) => `json_extract(?1, '$[${at}]')`).join(', ')})`;
  let last: unknown[] | undefined;
  for (;;) {
    const page: Record<string, unknown>[] = await d1.query(
      `SELECT ${columns.join(', ')} FROM ${table.name} ${last ? `WHERE ${after}` : ''} ORDER BY ${key} LIMIT ${PAGE_ROWS}`,
      last ? [JSON.stringify(last)] : [],
    );
    if (page.length > 0) {
      yield page;
    }
    const end = page.at(-1);
    if (!end || page.length < PAGE_ROWS) {
      return;
    }
    last = table.key.map((part) => end[part]);
  }
}
