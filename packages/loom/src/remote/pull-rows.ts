import { withoutCapture } from '../changes/capture.js';
import { type RowVersion, rowStatements } from '../changes/rows.js';
import { hasKey, type Shape, shapeOf } from '../changes/tables.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import type { SharedTable } from '../transfer/tables.js';
import type { D1 } from './d1.js';
import { rowEntries } from './effects.js';
import { type Entry, note } from './report.js';
import { sharedNow } from './skew.js';
import { type Names, renamedKey, renamedRow } from './twins.js';

const PAGE_ROWS = 500;
const PAGE_BYTES = 1_000_000;

interface Versioned {
  readonly v_seq: number;
  readonly v_key: string;
  readonly v_stamp: string;
  readonly v_deleted: number;
}

/** Pulls the rows of one table. Rows without their parent are left out and reported. */
export async function pullRows(
  db: Database,
  d1: D1,
  table: SharedTable,
  node: string,
  names: Names,
  leftOut: Entry[],
  onProgress: (table: string, rows: number) => void,
): Promise<{ rows: number; changed: number }> {
  const shape = shapeOf(db, table);
  const columns = shape.columns.map(({ name }) => `t.${name}`).join(', ');
  const cursor = rowCursor(table);
  let rows = 0;
  let changed = 0;
  for (;;) {
    const page = (await d1.query(
      `SELECT v.seq AS v_seq, v.row_key AS v_key, v.stamp AS v_stamp, v.deleted AS v_deleted, ${columns}
       FROM (SELECT *, SUM(bytes) OVER (ORDER BY seq) - bytes AS before FROM (
           SELECT * FROM row_versions WHERE tbl = '${table.name}' AND seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT ${PAGE_ROWS})) v
         LEFT JOIN ${table.name} t ON ${hasKey(table, 't', 'v.row_key')}
       WHERE v.before < ${PAGE_BYTES} ORDER BY v.seq`,
      [readMeta(db, cursor) ?? '0'],
    )) as unknown as Versioned[];
    const last = page.at(-1);
    if (!last) {
      return { rows, changed };
    }
    const versions: RowVersion[] = page
      .filter(({ v_stamp }) => !v_stamp.endsWith(`-${node}`))
      .map(({ v_seq: _, v_key, v_stamp, v_deleted, ...row }) => ({
        key: renamedKey(table, JSON.parse(v_key), names),
        stamp: v_stamp,
        ...(v_deleted ? {} : { row: renamedRow(table.name, row as Record<string, unknown>, names) }),
      }));
    const { changed: touched, orphans } = takeRows(db, shape, versions, sharedNow(db));
    db.transaction(() => {
      if (orphans.length > 0) {
        leftOut.push({
          kind: 'left out',
          tbl: table.name,
          row_id: null,
          says: `${orphans.length} rows of ${table.name} belong to rows that are missing here, and were skipped.`,
        });
      }
      changed += touched;
      writeMeta(db, cursor, String(last.v_seq));
    });
    rows += versions.length;
    onProgress(table.name, versions.length);
  }
}

/** Applies newer row versions. Returns the number of changed rows, and those without their parent here. */
export function takeRows(
  db: Database,
  shape: Shape,
  versions: readonly RowVersion[],
  now: number,
): { readonly changed: number; readonly orphans: readonly RowVersion[] } {
  const { table } = shape;
  const { upsert, remove, link, note: noteVersions } = rowStatements(shape, 'here');
  if (versions.length === 0) {
    return { changed: 0, orphans: [] };
  }
  return withoutCapture(db, () => {
    const text = JSON.stringify(versions);
    const before = rowEntries(db, table, versions);
    const gone = db.run(remove, text);
    const changed = db.run(upsert, text) + gone;
    if (link) {
      db.run(link, text);
    }
    const noted = new Set(db.all<{ row_key: string }>(noteVersions, text).map(({ row_key }) => row_key));
    note(db, before(), now);
    return {
      changed,
      orphans: versions.filter(
        ({ key, stamp, row }) =>
          row && !noted.has(JSON.stringify(key)) && !newerHere(db, table, JSON.stringify(key), stamp),
      ),
    };
  });
}

/** The meta key for the pull position of a table. */
export function rowCursor(table: SharedTable): string {
  return `pulled:${table.name}`;
}

function newerHere(db: Database, table: SharedTable, key: string, stamp: string): boolean {
  return (
    db.get(
      'SELECT 1 FROM row_versions WHERE tbl = ? AND row_key = ? AND stamp > ?',
      table.name,
      key,
      stamp,
    ) !== undefined
  );
}
