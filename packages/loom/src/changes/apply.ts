import type { Database } from '../store/database.js';
import { withoutCapture } from './capture.js';
import type { Change } from './change.js';
import { materialise } from './materialise.js';
import { merge } from './merge.js';
import { FIELD_TABLES, shapeOf } from './tables.js';

export interface Effect {
  readonly tbl: string;
  readonly row_key: string;
  /** Undefined for a new row. */
  readonly fields: readonly { readonly change: Change; readonly was: string | null }[] | undefined;
}

export interface Applied {
  readonly effects: readonly Effect[];
  /** Edits that lost, on either side, each with the winner. */
  readonly lost: readonly { readonly change: Change; readonly by: Change }[];
}

const COLUMNS = 'tbl, row_key, field, value, stamp, prev, actor';

/**
 * Adds changes of other machines to the log, and updates the rows from the log. Repeated, late or reordered
 * changes lead to the same rows. The source of the changes does not matter here.
 */
export function applyChanges(db: Database, changes: readonly Change[]): Applied {
  return withoutCapture(db, () => {
    const keys = new Map<string, Set<string>>();
    const byRow = new Map<string, Change[]>();
    for (const change of changes) {
      keys.set(change.tbl, (keys.get(change.tbl) ?? new Set()).add(change.row_key));
      const of = byRow.get(name(change));
      if (of) {
        of.push(change);
      } else {
        byRow.set(name(change), [change]);
      }
    }
    const effects: Effect[] = [];
    const lost: { change: Change; by: Change }[] = [];
    const all = [...keys].flatMap(([tbl, of]) => [...of].map((row_key) => ({ tbl, row_key })));
    const before = new Map(all.map((row) => [name(row), logOf(db, row)]));
    const insert = `INSERT INTO changes(${COLUMNS}, pushed) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
      ON CONFLICT(tbl, row_key, field, stamp) DO UPDATE SET pushed = 1`;
    for (const { tbl, row_key, field, value, stamp, prev, actor } of changes) {
      db.run(insert, tbl, row_key, field, value, stamp, prev, actor);
    }
    for (const row of all) {
      const old = before.get(name(row)) ?? [];
      const [was, is] = [merge(old), merge([...old, ...(byRow.get(name(row)) ?? [])])];
      const fields = [...is.winners]
        .map(([place, change]) => ({ change, was: was.winners.get(place)?.value ?? null }))
        .filter(({ change, was: value }) => (change.value ?? null) !== value);
      if (fields.length > 0) {
        effects.push({ ...row, fields: old.length === 0 ? undefined : fields });
      }
      const known = new Set(was.lost.map(({ change }) => change.stamp));
      lost.push(...is.lost.filter(({ change }) => !known.has(change.stamp)));
    }
    for (const table of FIELD_TABLES) {
      const of = JSON.stringify([...(keys.get(table.name) ?? [])]);
      const { set, remove, link, forget } = materialise(shapeOf(db, table));
      for (const sql of [set, remove, link, forget]) {
        if (sql && of !== '[]') {
          db.run(sql, of);
        }
      }
    }
    return { effects, lost };
  });
}

const name = ({ tbl, row_key }: { tbl: string; row_key: string }) => `${tbl} ${row_key}`;

function logOf(db: Database, { tbl, row_key }: { tbl: string; row_key: string }): Change[] {
  return db.all<Change>(`SELECT ${COLUMNS} FROM changes WHERE tbl = ? AND row_key = ?`, tbl, row_key);
}

/** Local changes that the remote database lacks, oldest first. */
export function unpushedChanges(db: Database): (Change & { readonly seq: number })[] {
  return db.all(`SELECT seq, ${COLUMNS} FROM changes WHERE pushed = 0 ORDER BY seq`);
}

/** Lost edits of a row, each with the winner. */
export function lostEdits(db: Database, tbl: string, key: readonly string[]): Applied['lost'] {
  return merge(logOf(db, { tbl, row_key: JSON.stringify(key) })).lost;
}
