import type { Database } from '../store/database.js';
import { columnsOf, SHARED_TABLES, type SharedTable } from '../transfer/tables.js';

export interface Column {
  readonly name: string;
  /** NOT NULL without a default: the row needs a value. */
  readonly required: boolean;
  /** As SQL; NULL without one. */
  readonly fallback: string;
}

/** A column that refers to a row of another table. */
export interface Reference {
  readonly column: string;
  readonly table: string;
  readonly required: boolean;
}

export interface Shape {
  readonly table: SharedTable;
  /** Without this machine's own columns. */
  readonly columns: readonly Column[];
  readonly own: readonly string[];
  readonly references: readonly Reference[];
}

/** The columns and references of a shared table in the local database. */
export function shapeOf(db: Database, table: SharedTable): Shape {
  const { shared, own } = columnsOf(db, table);
  const info = db.all<{ name: string; notnull: number; dflt_value: string | null }>(
    `PRAGMA table_info(${table.name})`,
  );
  const columns = info
    .filter(({ name }) => shared.includes(name))
    .map(({ name, notnull, dflt_value }) => ({
      name,
      required: notnull === 1 && dflt_value === null,
      fallback: dflt_value ?? 'NULL',
    }));
  const references = db
    .all<{ table: string; from: string }>(`PRAGMA foreign_key_list(${table.name})`)
    .map(({ table: to, from }) => ({
      column: from,
      table: to,
      required: columns.some(({ name, required }) => name === from && required),
    }));
  return { table, columns, own, references };
}

/** Tables that are merged field by field. All others are merged row by row. */
export const FIELD_TABLES: readonly SharedTable[] = SHARED_TABLES.filter(({ name }) => name === 'issues');
export const ROW_TABLES: readonly SharedTable[] = SHARED_TABLES.filter(({ name }) => name !== 'issues');

/** SQL for a row's key in the format of `changes` and `row_versions`. */
export function keyOf(table: SharedTable, row: string): string {
  return `json_array(${table.key.map((column) => `${row}.${column}`).join(', ')})`;
}

/** SQL that finds a table's row by a key (also SQL). */
export function hasKey(table: SharedTable, row: string, key: string): string {
  return table.key.map((column, at) => `${row}.${column} = json_extract(${key}, '$[${at}]')`).join(' AND ');
}
