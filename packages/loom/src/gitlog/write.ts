import { ensureCapture } from '../changes/capture.js';
import type { Change } from '../changes/change.js';
import { hasKey, ROW_TABLES, shapeOf } from '../changes/tables.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { appendLines } from './files.js';

const FIELDS = 'git_written:changes';
const ROWS = 'git_written:rows';

/** Appends the local changes since the last time. Returns the number of lines. */
export function writeLog(db: Database, loomDir: string, now: number): number {
  const node = ensureCapture(db);
  return db.transaction(() => {
    const own = `%-${node}`;
    const changes = db.all<Change & { seq: number }>(
      `SELECT seq, tbl, row_key, field, value, stamp, prev, actor FROM changes
       WHERE seq > CAST(? AS INTEGER) AND stamp LIKE ? ORDER BY seq`,
      readMeta(db, FIELDS) ?? '0',
      own,
    );
    const here = process.env.USER ?? process.env.USERNAME ?? null;
    const lines = changes.map(({ seq: _, ...change }) =>
      JSON.stringify({ change: { ...change, actor: change.actor ?? here } }),
    );
    let last = Number(readMeta(db, ROWS) ?? 0);
    const before = last;
    for (const table of ROW_TABLES) {
      const { columns } = shapeOf(db, table);
      const rows = db.all<{ v_seq: number; v_key: string; v_stamp: string; v_deleted: number }>(
        `SELECT v.seq AS v_seq, v.row_key AS v_key, v.stamp AS v_stamp, v.deleted AS v_deleted, ${columns.map(({ name }) => `t.${name}`).join(', ')}
         FROM row_versions v LEFT JOIN ${table.name} t ON ${hasKey(table, 't', 'v.row_key')}
         WHERE v.tbl = ? AND v.seq > ? AND v.stamp LIKE ? ORDER BY v.seq`,
        table.name,
        before,
        own,
      );
      for (const { v_seq, v_key, v_stamp, v_deleted, ...row } of rows) {
        last = Math.max(last, v_seq);
        lines.push(
          JSON.stringify({
            tbl: table.name,
            key: JSON.parse(v_key),
            stamp: v_stamp,
            ...(v_deleted ? {} : { row }),
          }),
        );
      }
    }
    if (lines.length > 0) {
      // Written before it is recorded: after a crash, the same lines are written again, which changes
      // nothing.
      appendLines(loomDir, node, lines, now);
    }
    writeMeta(db, FIELDS, String(changes.at(-1)?.seq ?? readMeta(db, FIELDS) ?? 0));
    writeMeta(db, ROWS, String(last));
    return lines.length;
  });
}
