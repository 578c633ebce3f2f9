import { unpushedChanges } from '../changes/apply.js';
import { parted } from '../changes/bound.js';
import { ensureCapture } from '../changes/capture.js';
import { type Change, DELETED } from '../changes/change.js';
import { materialise } from '../changes/materialise.js';
import { FIELD_TABLES, ROW_TABLES, shapeOf } from '../changes/tables.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { SHARED_TABLES } from '../transfer/tables.js';
import { decideClaims, releaseClaims } from './claims.js';
import type { D1 } from './d1.js';
import { groups, sendHalved } from './groups.js';
import { pushRows } from './push-rows.js';
import { type Entry, keyText, megabytes, note, untold } from './report.js';
import { requireSameSchema } from './schema.js';
import { aheadEntries, noteClock, sharedNow } from './skew.js';
import { whole } from './whole.js';

export interface PushReport {
  /** Rows that were sent, completely or in part. */
  readonly rows: number;
  /** Rows that D1 already had. */
  readonly unchanged: number;
  /** Lost claims, skipped rows, and a wrong clock. */
  readonly notes: readonly Entry[];
  /** Lead of this machine's clock, in ms; 0 if it is correct. */
  readonly clock_ahead_ms: number;
}

/** The database that the push state belongs to. */
export const REMOTE_DATABASE = 'remote_database';

/** Pushes local changes. After an interruption, it continues. Without changes, it sends nothing. */
export async function push(
  db: Database,
  d1: D1,
  databaseId: string,
  onProgress: (table: string, rows: number) => void = () => {},
): Promise<PushReport> {
  await requireSameSchema(d1);
  ensureCapture(db);
  aimAt(db, databaseId);
  const ahead = noteClock(db, d1);
  await decideClaims(db, d1);
  let rows = await pushChanges(db, d1, onProgress);
  const leftOut = new Map<string, Entry>();
  await whole(db, d1, async (twins) => {
    leftOut.clear();
    for (const table of ROW_TABLES) {
      rows += await pushRows(db, d1, table, twins, leftOut, onProgress);
    }
    return leftOut.size;
  });
  note(db, [...leftOut.values()], Date.now());
  const all = SHARED_TABLES.reduce(
    (sum, { name }) => sum + Number(db.get(`SELECT COUNT(*) AS n FROM ${name}`)?.n ?? 0),
    0,
  );
  return { rows, unchanged: Math.max(0, all - rows), notes: untold(db), clock_ahead_ms: ahead };
}

/** A new database has none of the rows that the last one had. */
export function aimAt(db: Database, databaseId: string): void {
  const before = readMeta(db, REMOTE_DATABASE);
  if (before === databaseId) {
    return;
  }
  db.transaction(() => {
    if (before !== undefined) {
      db.run('UPDATE changes SET pushed = 0');
      db.run('UPDATE row_versions SET pushed = 0');
      db.run("DELETE FROM loom_meta WHERE key LIKE 'pulled:%'");
    }
    writeMeta(db, REMOTE_DATABASE, databaseId);
  });
}

const INSERT = `INSERT INTO changes(tbl, row_key, field, value, stamp, prev, actor)
  SELECT json_extract(j.value, '$.tbl'), json_extract(j.value, '$.row_key'), json_extract(j.value, '$.field'),
    json_extract(j.value, '$.value'), json_extract(j.value, '$.stamp'), json_extract(j.value, '$.prev'),
    json_extract(j.value, '$.actor')
  FROM json_each(?1) j WHERE true ON CONFLICT(tbl, row_key, field, stamp) DO NOTHING`;

/** Returns the number of changed rows. */
async function pushChanges(
  db: Database,
  d1: D1,
  onProgress: (table: string, rows: number) => void,
): Promise<number> {
  const here = `${process.env.USER ?? process.env.USERNAME ?? ''}`;
  const sent: Change[] = [];
  const leftOut: Entry[] = [];
  const large = (change: Change, bytes?: number) => leftOut.push(tooLarge(db, change, bytes));
  const wire = ({ seq: _, ...change }: Change & { seq: number }) => ({
    ...change,
    actor: change.actor ?? (here || null),
  });
  const rows = new Set<string>();
  const { due, ahead } = parted(unpushedChanges(db), sharedNow(db));
  leftOut.push(...aheadEntries(ahead, 'here'));
  for (const group of groups(due, wire, ({ item, bytes }) => large(item, bytes))) {
    const of = new Set<string>();
    const arrived: number[] = [];
    await sendHalved(
      group.items,
      async (items) => {
        const text = items === group.items ? group.text : JSON.stringify(items.map(wire));
        await d1.query(INSERT, [text]);
        for (const item of items) {
          of.add(item.row_key);
          arrived.push(item.seq);
        }
        sent.push(...items);
      },
      large,
    );
    await showRows(db, d1, [...of], leftOut);
    db.transaction(() => {
      for (const seq of arrived) {
        db.run('UPDATE changes SET pushed = 1 WHERE seq = ?', seq);
      }
    });
    for (const key of of) {
      rows.add(key);
    }
    onProgress('issues', of.size);
  }
  await linkRows(db, d1, [...rows]);
  await releaseClaims(d1, sent);
  note(db, leftOut, Date.now());
  return rows.size;
}

/** Updates D1's rows from D1's log. */
async function showRows(db: Database, d1: D1, keys: readonly string[], leftOut: Entry[]): Promise<void> {
  for (const table of FIELD_TABLES) {
    const { set, remove, forget } = materialise(shapeOf(db, table));
    for (const sql of [set, remove, forget]) {
      for (const { items } of groups(
        keys,
        (key) => key,
        () => {},
      )) {
        await sendHalved(
          items,
          async (some) => void (await d1.query(sql, [JSON.stringify(some)])),
          (key) =>
            leftOut.push({
              kind: 'left out',
              tbl: table.name,
              row_id: keyText(key),
              says: `${table.name} ${keyText(key)} is larger than a D1 row can be. Its changes were sent; D1's own table does not show the newest ones.`,
            }),
        );
      }
    }
  }
}

async function linkRows(db: Database, d1: D1, keys: readonly string[]): Promise<void> {
  for (const table of FIELD_TABLES) {
    const { link } = materialise(shapeOf(db, table));
    for (const { text } of link
      ? groups(
          keys,
          (key) => key,
          () => {},
        )
      : []) {
      await d1.query(link ?? '', [text]);
    }
  }
}

function tooLarge(db: Database, { tbl, row_key, field }: Change, bytes?: number): Entry {
  const id = keyText(row_key);
  const title = db.get<{ title: string }>('SELECT title FROM issues WHERE id = ?', id)?.title ?? '';
  const size = bytes === undefined ? 'too large' : megabytes(bytes);
  return {
    kind: 'left out',
    tbl,
    row_id: id,
    says: `${tbl} ${id} "${title.slice(0, 60)}": ${field === DELETED ? 'row' : field} is ${size}. D1 takes values below 2 MB. It stays on this machine; the rest was sent.`,
  };
}
