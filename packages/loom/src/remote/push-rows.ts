import { type RowVersion, rowStatements } from '../changes/rows.js';
import { hasKey, type Shape, shapeOf } from '../changes/tables.js';
import type { Database } from '../store/database.js';
import type { SharedTable } from '../transfer/tables.js';
import type { D1 } from './d1.js';
import { groups, sendHalved } from './groups.js';
import { type Entry, keyText, megabytes } from './report.js';
import { type Names, renamedKey, renamedRow } from './twins.js';

const PAGE_ROWS = 1000;

export interface Dirty extends RowVersion {
  readonly seq: number;
  /** The key on this machine. */
  readonly row_key: string;
}

/** Sends a table's rows if D1 lacks their newest version. Returns their number. */
export async function pushRows(
  db: Database,
  d1: D1,
  table: SharedTable,
  twins: Names,
  leftOut: Map<string, Entry>,
  onProgress: (table: string, rows: number) => void,
): Promise<number> {
  const shape = shapeOf(db, table);
  const { upsert, remove, link, note } = rowStatements(shape, 'there');
  const links: string[] = [];
  let rows = 0;
  const skip = (row: Dirty, why: string) =>
    leftOut.set(`${table.name} ${row.row_key}`, {
      kind: 'left out',
      tbl: table.name,
      row_id: keyText(row.row_key),
      says: `${table.name} ${keyText(row.row_key)} ${why}`,
    });
  const wire = ({ key, stamp, row }: Dirty) => ({ key: [...key], stamp, ...(row ? { row } : {}) });
  const tooLarge = (row: Dirty, bytes?: number) =>
    skip(
      row,
      `is ${bytes === undefined ? 'too large' : megabytes(bytes)}. D1 takes rows below 2 MB. It stays on this machine; the rest was sent.`,
    );
  for (const group of groups(dirtyRows(db, shape, twins), wire, ({ item, bytes }) => tooLarge(item, bytes))) {
    await sendHalved(
      group.items,
      async (items) => {
        const text = items === group.items ? group.text : JSON.stringify(items.map(wire));
        if (items.some(({ row }) => row === undefined)) {
          await d1.query(remove, [text]);
        }
        await d1.query(upsert, [text]);
        if (link) {
          links.push(text);
        }
        const noted = new Set((await d1.query(note, [text])).map((row) => String(row.row_key)));
        const missing = items.filter(({ key }) => !noted.has(JSON.stringify(key)));
        const newer = missing.length === 0 ? new Set<string>() : await newerThere(d1, table, missing);
        db.transaction(() => {
          for (const item of items) {
            const key = JSON.stringify(item.key);
            if (noted.has(key) || newer.has(key)) {
              leftOut.delete(`${table.name} ${item.row_key}`);
              db.run(
                'UPDATE row_versions SET pushed = 1 WHERE tbl = ? AND row_key = ? AND seq = ?',
                table.name,
                item.row_key,
                item.seq,
              );
            } else {
              skip(item, 'belongs to a row that D1 does not have. It stays on this machine.');
            }
          }
        });
        rows += noted.size;
        onProgress(table.name, noted.size);
      },
      tooLarge,
    );
  }
  for (const text of links) {
    await d1.query(link ?? '', [text]);
  }
  return rows;
}

/** Keys of rows with a newer version in D1, because another machine was later. */
async function newerThere(d1: D1, table: SharedTable, rows: readonly Dirty[]): Promise<Set<string>> {
  const found = await d1.query(
    `SELECT v.row_key FROM json_each(?1) j JOIN row_versions v ON v.tbl = '${table.name}' AND v.row_key = json_extract(j.value, '$.key')
     WHERE v.stamp > json_extract(j.value, '$.stamp')`,
    [JSON.stringify(rows.map(({ key, stamp }) => ({ key, stamp })))],
  );
  return new Set(found.map((row) => String(row.row_key)));
}

function* dirtyRows(db: Database, shape: Shape, twins: Names): Generator<Dirty> {
  const { table, columns } = shape;
  const names = columns.map(({ name }) => `t.${name}`).join(', ');
  let after = 0;
  for (;;) {
    const page = db.all<{ v_seq: number; v_key: string; v_stamp: string; v_deleted: number }>(
      `SELECT v.seq AS v_seq, v.row_key AS v_key, v.stamp AS v_stamp, v.deleted AS v_deleted, ${names}
       FROM row_versions v LEFT JOIN ${table.name} t ON ${hasKey(table, 't', 'v.row_key')}
       WHERE v.tbl = ? AND v.pushed = 0 AND v.seq > ? ORDER BY v.seq LIMIT ${PAGE_ROWS}`,
      table.name,
      after,
    );
    for (const { v_seq, v_key, v_stamp, v_deleted, ...row } of page) {
      after = v_seq;
      yield {
        seq: v_seq,
        row_key: v_key,
        key: renamedKey(table, JSON.parse(v_key), twins),
        stamp: v_stamp,
        ...(v_deleted ? {} : { row: renamedRow(table.name, row, twins) }),
      };
    }
    if (page.length < PAGE_ROWS) {
      return;
    }
  }
}
