import { type Applied, applyChanges } from '../changes/apply.js';
import { parted } from '../changes/bound.js';
import { ensureCapture, withoutCapture } from '../changes/capture.js';
import type { Change } from '../changes/change.js';
import { materialise } from '../changes/materialise.js';
import { FIELD_TABLES, ROW_TABLES, shapeOf } from '../changes/tables.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import type { D1 } from './d1.js';
import { entriesOf } from './effects.js';
import { groups } from './groups.js';
import { pullRows, rowCursor } from './pull-rows.js';
import { aimAt } from './push.js';
import { type Entry, note, untold } from './report.js';
import { requireSameSchema } from './schema.js';
import { aheadEntries, noteClock, sharedNow } from './skew.js';
import type { Names } from './twins.js';
import { whole } from './whole.js';

export interface PullReport {
  /** Rows that others have changed since the last pull. */
  readonly rows: number;
  /** Number of rows that are new or changed here. */
  readonly changed: number;
  /** Changes, lost edits, lost claims, skipped rows, and a wrong clock. */
  readonly notes: readonly Entry[];
  readonly clock_ahead_ms: number;
}

const PAGE_CHANGES = 1000;
/** Bytes of values in one response. A page has at least one change. */
const PAGE_BYTES = 1_000_000;

/** Pulls the changes of others. After an interruption, it continues. */
export async function pull(
  db: Database,
  d1: D1,
  databaseId: string,
  onProgress: (table: string, rows: number) => void = () => {},
): Promise<PullReport> {
  await requireSameSchema(d1);
  const node = ensureCapture(db);
  aimAt(db, databaseId);
  const ahead = noteClock(db, d1);
  const issues = await pullChanges(db, d1, node, onProgress);
  let rows = issues.rows;
  let changed = issues.changed;
  let leftOut: Entry[] = [];
  const cursors = new Map(
    ROW_TABLES.map((table) => [rowCursor(table), readMeta(db, rowCursor(table)) ?? '0']),
  );
  await whole(db, d1, async (twins) => {
    if (leftOut.length > 0) {
      for (const [cursor, at] of cursors) {
        writeMeta(db, cursor, at);
      }
      leftOut = [];
    }
    const names: Names = new Map([...twins].map(([here, there]) => [there, here]));
    for (const table of ROW_TABLES) {
      const pulled = await pullRows(db, d1, table, node, names, leftOut, onProgress);
      rows += pulled.rows;
      changed += pulled.changed;
    }
    return leftOut.length;
  });
  note(db, leftOut, sharedNow(db));
  return { rows, changed, notes: untold(db), clock_ahead_ms: ahead };
}

async function pullChanges(
  db: Database,
  d1: D1,
  node: string,
  onProgress: (table: string, rows: number) => void,
): Promise<{ rows: number; changed: number }> {
  const cursor = 'pulled:changes';
  const rows = new Set<string>();
  const changed = new Set<string>();
  const early: (Change & { seq: number })[] = [];
  let after = readMeta(db, cursor) ?? '0';
  for (;;) {
    const page = (await d1.query(
      `SELECT * FROM (SELECT seq, tbl, row_key, field, value, stamp, prev, actor,
           SUM(COALESCE(length(value), 0)) OVER (ORDER BY seq) - COALESCE(length(value), 0) AS before
         FROM (SELECT * FROM changes WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT ${PAGE_CHANGES}))
       WHERE before < ${PAGE_BYTES} ORDER BY seq`,
      [after],
    )) as unknown as (Change & { seq: number; before: number })[];
    const last = page.at(-1);
    if (!last) {
      break;
    }
    after = String(last.seq);
    const { due, ahead } = parted(
      page.filter(({ stamp }) => !stamp.endsWith(`-${node}`)),
      sharedNow(db),
    );
    early.push(...ahead);
    const others = due.map(({ seq: _, before: __, ...change }) => change);
    db.transaction(() => {
      const applied: Applied = applyChanges(db, others);
      note(db, entriesOf(db, applied), sharedNow(db));
      for (const { row_key } of applied.effects) {
        changed.add(row_key);
      }
      // The next pull starts before the changes that were not applied. Reading again changes nothing.
      writeMeta(db, cursor, String(early[0] ? early[0].seq - 1 : last.seq));
    });
    for (const { row_key } of others) {
      rows.add(row_key);
    }
    onProgress('issues', new Set(others.map(({ row_key }) => row_key)).size);
  }
  note(db, aheadEntries(early, 'there'), sharedNow(db));
  withoutCapture(db, () => {
    for (const table of FIELD_TABLES) {
      const { link } = materialise(shapeOf(db, table));
      for (const { text } of link
        ? groups(
            [...rows],
            (key) => key,
            () => {},
          )
        : []) {
        db.run(link ?? '', text);
      }
    }
  });
  return { rows: rows.size, changed: changed.size };
}
