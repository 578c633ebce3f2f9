import type { Database } from '../store/database.js';
import type { SharedTable } from '../transfer/tables.js';
import type { D1 } from './d1.js';
import { groups } from './groups.js';

/** Session ids: from the sending side's id to the receiving side's. */
export type Names = ReadonlyMap<string, string>;

/**
 * Sessions with different ids on both sides, theirs by ours: recorded on two machines, or again after a
 * database was lost. The agent's own id identifies it.
 */
export async function findTwins(db: Database, d1: D1): Promise<Map<string, string>> {
  const here = db.all(
    'SELECT id, source, source_session_id AS own FROM sessions WHERE source_session_id IS NOT NULL',
  );
  const twins = new Map<string, string>();
  for (const { text } of groups(
    here,
    (session) => session,
    () => {},
  )) {
    const rows = await d1.query(
      `SELECT json_extract(j.value, '$.id') AS here, s.id AS there FROM json_each(?1) j
       JOIN sessions s ON s.source = json_extract(j.value, '$.source') AND s.source_session_id = json_extract(j.value, '$.own')
       WHERE s.id <> json_extract(j.value, '$.id')`,
      [text],
    );
    for (const row of rows) {
      twins.set(String(row.here), String(row.there));
    }
  }
  return twins;
}

/** A copy of the row with the other side's session ids. */
export function renamedRow(
  table: string,
  row: Record<string, unknown>,
  names: Names,
): Record<string, unknown> {
  return names.size === 0
    ? row
    : Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          isSessionId(table, column, row) ? (names.get(String(value)) ?? value) : value,
        ]),
      );
}

/** The same for a key only. */
export function renamedKey(table: SharedTable, key: readonly unknown[], names: Names): unknown[] {
  const row = renamedRow(
    table.name,
    Object.fromEntries(table.key.map((column, at) => [column, key[at]])),
    names,
  );
  return table.key.map((column) => row[column]);
}

function isSessionId(table: string, column: string, row: Record<string, unknown>): boolean {
  switch (column) {
    case 'session_id':
    case 'parent_session_id':
      return true;
    case 'id':
      return table === 'sessions';
    case 'entity_id':
      return row.entity === 'session';
    case 'scope_id':
      return row.scope === 'session';
    default:
      return false;
  }
}
