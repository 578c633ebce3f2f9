import { SYNC } from '../sync/queues.js';
import { hasKey, type Shape } from './tables.js';

/** A complete row, or its deletion. */
export interface RowVersion {
  /** The key's columns. */
  readonly key: readonly unknown[];
  readonly stamp: string;
  /** Undefined: the row is deleted. */
  readonly row?: Readonly<Record<string, unknown>>;
}

/** Rows that may exist under another key. Then the existing row stays. */
const OTHER_KEYS: ReadonlySet<string> = new Set(['iterations', 'checkpoints']);

export interface RowStatements {
  readonly upsert: string;
  readonly remove: string;
  /** Sets the column that refers to the same table, for rows that use it. */
  readonly link: string | undefined;
  /** Records the versions of existing or deleted rows, and returns their keys. */
  readonly note: string;
}

/**
 * SQL that takes row versions as one parameter, a JSON array. The newer version wins in any order. A row
 * without its parent is skipped and not recorded.
 */
export function rowStatements(shape: Shape, to: 'there' | 'here'): RowStatements {
  const { table, columns, references } = shape;
  const { name, key } = table;
  const self = references.find((reference) => reference.table === name)?.column;
  // The other machine sends its rows to Langfuse. From here, they would count twice.
  const marks = to === 'here' ? shape.own.filter((column) => column.endsWith('sync')) : [];
  const written = columns.map((column) => column.name).filter((column) => column !== self);
  const field = (column: string) => `json_extract(j.value, '$.row.${column}')`;
  const value = (column: string) => {
    const reference = references.find((candidate) => candidate.column === column && !candidate.required);
    return reference
      ? `(SELECT p.id FROM ${reference.table} p WHERE p.id = ${field(column)})`
      : field(column);
  };
  const parents = references
    .filter(({ required }) => required)
    .map(({ column, table: parent }) => `EXISTS (SELECT 1 FROM ${parent} p WHERE p.id = ${field(column)})`);
  const keyText = "json_extract(j.value, '$.key')";
  const stamp = "json_extract(j.value, '$.stamp')";
  const older = `NOT EXISTS (SELECT 1 FROM row_versions v WHERE v.tbl = '${name}' AND v.row_key = ${keyText} AND v.stamp > ${stamp})`;
  const gone = "json_type(j.value, '$.row') IS NULL";
  const others = written.filter((column) => !key.some((part) => part === column));
  const there = OTHER_KEYS.has(name)
    ? 'true'
    : `(${gone} OR EXISTS (SELECT 1 FROM ${name} t WHERE ${hasKey(table, 't', keyText)}))`;
  return {
    upsert: `INSERT INTO ${name}(${[...written, ...marks].join(', ')})
      SELECT ${[...written.map(value), ...marks.map(() => SYNC.notOurs)].join(', ')} FROM json_each(?1) j
      WHERE NOT ${gone} AND ${[older, ...parents].join(' AND ')}
      ON CONFLICT(${key.join(', ')}) DO ${
        others.length === 0
          ? 'NOTHING'
          : `UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`
      }${OTHER_KEYS.has(name) ? ' ON CONFLICT DO NOTHING' : ''}`,
    remove: `DELETE FROM ${name} WHERE (${key.join(', ')}) IN (SELECT ${key
      .map((_, at) => `json_extract(j.value, '$.key[${at}]')`)
      .join(', ')} FROM json_each(?1) j WHERE ${gone} AND ${older})`,
    link:
      self &&
      `UPDATE ${name} SET ${self} = (SELECT p.id FROM ${name} p WHERE p.id = ${field(self)})
       FROM json_each(?1) j WHERE ${name}.id = json_extract(j.value, '$.key[0]') AND ${older}
         AND ${field(self)} IS NOT NULL AND ${name}.${self} IS NOT ${field(self)}`,
    note: `INSERT OR REPLACE INTO row_versions(tbl, row_key, stamp, deleted, bytes, pushed)
      SELECT '${name}', ${keyText}, ${stamp}, ${gone}, length(j.value), 1 FROM json_each(?1) j
      WHERE ${older} AND ${there} RETURNING row_key`,
  };
}
