import type { Database } from '../store/database.js';
import { SHARED_TABLES, type SharedTable } from '../transfer/tables.js';
import type { D1 } from './d1.js';
import { requireSameSchema } from './schema.js';
import { statementsFor } from './statements.js';

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
  for (const table of SHARED_TABLES) {
    const { upsert, link, columns } = statementsFor(db, table);
    const links: string[] = [];
    for await (const page of pages(d1, table, columns)) {
      const text = JSON.stringify(page);
      changed += db.transaction(() => quietly(db, table, page, () => db.run(upsert, text)));
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
  return { rows, changed };
}

/** What the triggers queue for a row of each table, and the column that names it there. */
const QUEUED: Partial<Record<SharedTable['name'], { entities: readonly string[]; id: string }>> = {
  llm_calls: { entities: ['llm_call'], id: 'id' },
  tool_calls: { entities: ['tool_call'], id: 'id' },
  iterations: { entities: ['iteration'], id: 'id' },
  routing_decisions: { entities: ['routing', 'routing_score'], id: 'id' },
  issue_events: { entities: ['issue_event'], id: 'id' },
  sessions: { entities: ['session'], id: 'id' },
};

/** What another machine recorded is that machine's to send to Langfuse; from here it would be counted twice. */
function quietly(
  db: Database,
  table: SharedTable,
  page: readonly Record<string, unknown>[],
  write: () => number,
): number {
  const queued = QUEUED[table.name];
  if (!queued) {
    return write();
  }
  const entities = JSON.stringify(queued.entities);
  const ids = JSON.stringify(page.map((row) => row[queued.id]));
  // What is in the outbox already was recorded here, and comes back from the remote database.
  const own = db
    .all<{ entity_id: string }>(
      `SELECT entity_id FROM outbox WHERE entity IN (SELECT value FROM json_each(?))
         AND entity_id IN (SELECT value FROM json_each(?)) AND last_error IS NOT 'pulled'`,
      entities,
      ids,
    )
    .map((row) => row.entity_id);
  const changed = write();
  db.run(
    `UPDATE outbox SET state = 'skipped', last_error = 'pulled' WHERE entity IN (SELECT value FROM json_each(?))
       AND entity_id IN (SELECT value FROM json_each(?)) AND entity_id NOT IN (SELECT value FROM json_each(?))`,
    entities,
    ids,
    JSON.stringify(own),
  );
  return changed;
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
