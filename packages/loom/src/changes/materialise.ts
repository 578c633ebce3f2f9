import { DELETED } from './change.js';
import { hasKey, type Shape } from './tables.js';

export interface Statements {
  /** Sets rows to the values in the log. The parameter is a JSON array of keys. */
  readonly set: string;
  /** The same for columns that refer to a row of the same table, after all rows exist. */
  readonly link: string | undefined;
  /** Deletes rows that are deleted in the log. */
  readonly remove: string;
  /** Removes the values of deleted rows from the log. */
  readonly forget: string;
}

/** SQL that creates rows of a field-merged table from the log. Both sides use it. */
export function materialise({ table, columns, references }: Shape): Statements {
  const newest = (field: string) =>
    `(SELECT c.value FROM changes c WHERE c.tbl = '${table.name}' AND c.row_key = k.value AND c.field = '${field}'
      ORDER BY c.stamp DESC LIMIT 1)`;
  const self = references.filter((reference) => reference.table === table.name).map(({ column }) => column);
  const key = table.key.map((column, at) => ({ column, sql: `json_extract(k.value, '$[${at}]')` }));
  const fields = columns.filter(
    ({ name }) => !table.key.some((part) => part === name) && !self.includes(name),
  );
  const value = (name: string, fallback: string) =>
    `COALESCE(json_extract(${newest(name)}, '$'), ${fallback})`;
  const gone = `COALESCE(${newest(DELETED)}, 'false') = 'true'`;
  const required = fields
    .filter((column) => column.required)
    .map(({ name }) => `COALESCE(${newest(name)}, 'null') <> 'null'`);
  return {
    set: `INSERT INTO ${table.name}(${[...key.map(({ column }) => column), ...fields.map(({ name }) => name)].join(', ')})
      SELECT ${[...key.map(({ sql }) => sql), ...fields.map(({ name, fallback }) => value(name, fallback))].join(', ')}
      FROM json_each(?1) k WHERE NOT (${gone}) AND ${required.join(' AND ')}
      ON CONFLICT(${table.key.join(', ')}) DO UPDATE SET ${fields.map(({ name }) => `${name} = excluded.${name}`).join(', ')}
      ON CONFLICT DO NOTHING`,
    link:
      self.length === 0
        ? undefined
        : `UPDATE ${table.name} AS t SET ${self
            .map(
              (name) =>
                `${name} = (SELECT p.id FROM ${table.name} p WHERE p.id = json_extract(${newest(name)}, '$'))`,
            )
            .join(', ')} FROM json_each(?1) k WHERE ${hasKey(table, 't', 'k.value')}`,
    remove: `DELETE FROM ${table.name} WHERE (${table.key.join(', ')}) IN
      (SELECT ${key.map(({ sql }) => sql).join(', ')} FROM json_each(?1) k WHERE ${gone})`,
    forget: `DELETE FROM changes WHERE tbl = '${table.name}' AND field <> '${DELETED}'
      AND row_key IN (SELECT k.value FROM json_each(?1) k WHERE ${gone})`,
  };
}
