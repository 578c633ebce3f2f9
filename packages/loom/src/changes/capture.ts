import type { Database } from '../store/database.js';
import { deleteMeta, writeMeta } from '../store/meta.js';
import { DELETED } from './change.js';
import { makeNode, nextStamp, nodeOf } from './clock.js';
import { materialise } from './materialise.js';
import { FIELD_TABLES, keyOf, ROW_TABLES, type Shape, shapeOf } from './tables.js';

/** Set in a transaction that applies changes of others, because they are already in the log. */
const PAUSED = 'changes_paused';
/** Columns with the time of the last write to a row, as far as they are reliable. */
const TIMES: ReadonlySet<string> = new Set([
  'last_seen_at',
  'last_at',
  'outcome_at',
  'ended_at',
  'started_at',
  'created_at',
  'from_at',
  'at',
]);
const WHEN = `WHEN NOT EXISTS (SELECT 1 FROM loom_meta WHERE key = '${PAUSED}')`;

/**
 * Makes the database log every change from now on, and logs the existing rows. Done when a Loom is shared for
 * the first time; before that, there is no log and no cost. Returns this machine's name.
 */
export function ensureCapture(db: Database): string {
  return db.transaction(() => {
    const known = nodeOf(db);
    if (known) {
      return known;
    }
    const node = makeNode(db);
    installTriggers(db, node);
    // Existing rows are older than any change: only the log is new.
    for (const table of FIELD_TABLES) {
      logFields(db, shapeOf(db, table), node);
    }
    for (const table of ROW_TABLES) {
      const times = shapeOf(db, table)
        .columns.map(({ name }) => name)
        .filter((name) => TIMES.has(name));
      db.run(
        `INSERT INTO row_versions(tbl, row_key, stamp)
         SELECT '${table.name}', ${keyOf(table, 't')}, printf('%016d-${node}', MAX(0, ${times.map((name) => `COALESCE(t.${name}, 0)`).join(', ') || 0}) * 1000)
         FROM ${table.name} t WHERE true
         ON CONFLICT(tbl, row_key) DO NOTHING`,
      );
    }
    return node;
  });
}

/** Created again after a migration, which may have added columns. */
export function renewCapture(db: Database): void {
  const node = nodeOf(db);
  if (node) {
    db.transaction(() => {
      installTriggers(db, node);
      showLog(db);
    });
  }
}

/** A newer Loom may have sent fields that had no column here until now. */
function showLog(db: Database): void {
  withoutCapture(db, () => {
    for (const table of FIELD_TABLES) {
      const { set } = materialise(shapeOf(db, table));
      const keys = db.all<{ row_key: string }>(
        'SELECT DISTINCT row_key FROM changes WHERE tbl = ?',
        table.name,
      );
      db.run(set, JSON.stringify(keys.map(({ row_key }) => row_key)));
    }
  });
}

/** Runs `fn` without logging what it writes. */
export function withoutCapture<T>(db: Database, fn: () => T): T {
  return db.transaction(() => {
    writeMeta(db, PAUSED, '1');
    const result = fn();
    deleteMeta(db, PAUSED);
    return result;
  });
}

function installTriggers(db: Database, node: string): void {
  for (const table of FIELD_TABLES) {
    const shape = shapeOf(db, table);
    const all = shape.columns.map(({ name }) => name);
    const set = (name: string) =>
      logged(table.name, keyOf(table, 'NEW'), name, `json_quote(NEW.${name})`, node);
    const alive = logged(table.name, keyOf(table, 'NEW'), DELETED, "'false'", node, "'false'");
    const fields = all.filter((name) => !table.key.some((part) => part === name));
    trigger(db, table.name, 'INSERT', [alive, ...fields.map(set)]);
    trigger(db, table.name, `UPDATE OF ${fields.join(', ')}`, [
      ...fields.map((name) => set(name).replace(' WHERE ', ` WHERE OLD.${name} IS NOT NEW.${name} AND `)),
    ]);
    trigger(db, table.name, 'DELETE', [
      logged(table.name, keyOf(table, 'OLD'), DELETED, "'true'", node, "'false'"),
    ]);
  }
  for (const table of ROW_TABLES) {
    const { columns } = shapeOf(db, table);
    const version = (row: string, deleted: number) => {
      const key = keyOf(table, row);
      const own = `(SELECT stamp FROM row_versions WHERE tbl = '${table.name}' AND row_key = ${key})`;
      return `INSERT INTO row_versions(tbl, row_key, stamp, deleted)
        VALUES ('${table.name}', ${key}, ${nextStamp(node, own)}, ${deleted})
        ON CONFLICT(tbl, row_key) DO UPDATE SET stamp = excluded.stamp, deleted = excluded.deleted, pushed = 0,
          seq = (SELECT MAX(seq) + 1 FROM row_versions);`;
    };
    const names = columns.map(({ name }) => name).join(', ');
    trigger(db, table.name, 'INSERT', [version('NEW', 0)]);
    trigger(db, table.name, `UPDATE OF ${names}`, [version('NEW', 0)]);
    trigger(db, table.name, 'DELETE', [version('OLD', 1)]);
  }
}

function trigger(db: Database, table: string, on: string, body: readonly string[]): void {
  const name = `log_${table}_${on.split(' ')[0]?.toLowerCase()}`;
  db.exec(`DROP TRIGGER IF EXISTS ${name}`);
  db.exec(`CREATE TRIGGER ${name} AFTER ${on} ON ${table} ${WHEN} BEGIN\n${body.join('\n')}\nEND`);
}

/** SQL that logs a value if it differs from the newest one in the log. `key` and `value` are SQL. */
function logged(
  table: string,
  key: string,
  field: string,
  value: string,
  node: string,
  otherwise = "'null'",
): string {
  const newest = (column: string) =>
    `(SELECT c.${column} FROM changes c WHERE c.tbl = '${table}' AND c.row_key = ${key} AND c.field = '${field}'
      ORDER BY c.stamp DESC LIMIT 1)`;
  return `INSERT INTO changes(tbl, row_key, field, value, stamp, prev)
    SELECT '${table}', ${key}, '${field}', ${value}, ${nextStamp(node)}, ${newest('stamp')}
    WHERE ${value} IS NOT COALESCE(${newest('value')}, ${otherwise});`;
}

function logFields(db: Database, { table, columns }: Shape, node: string): void {
  for (const { name } of columns.filter((column) => !table.key.some((part) => part === column.name))) {
    db.run(
      `INSERT INTO changes(tbl, row_key, field, value, stamp)
       SELECT '${table.name}', ${keyOf(table, 't')}, '${name}', json_quote(t.${name}),
         printf('%016d-${node}', t.updated_at * 1000)
       FROM ${table.name} t WHERE t.${name} IS NOT NULL
       ON CONFLICT(tbl, row_key, field, stamp) DO NOTHING`,
    );
  }
}
