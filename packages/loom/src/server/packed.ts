import type { Write } from '../receiver/sqlite/asking.js';
import type { Param } from '../store/database.js';
import type { Statement } from '../store/sql.js';

/** D1 binds texts of up to 2 MB. Text inside JSON may grow to twice its size. */
const MAX_PACKED = 500_000;
/** Rows that are larger than this are bound value by value, so that their text is not quoted. */
const MAX_IN_LIST = 100_000;

/** As few statements as D1's limits allow: what it may do for one request is counted in them. */
export function packed(writes: readonly Write[]): Statement[] {
  return writes.flatMap(({ one, many, rows }) => {
    const statements: Statement[] = [];
    let list: string[] = [];
    let size = 0;
    const flush = () => {
      if (list.length > 0) {
        statements.push({ sql: many, params: [`[${list.join(',')}]`] });
      }
      list = [];
      size = 0;
    };
    for (const row of rows) {
      const text = JSON.stringify(row);
      if (text.length > MAX_IN_LIST || needsBinding(row)) {
        flush();
        statements.push({ sql: one, params: row });
        continue;
      }
      if (size + text.length > MAX_PACKED) {
        flush();
      }
      list.push(text);
      size += text.length;
    }
    flush();
    return statements;
  });
}

/** JSON has no such numbers and no bytes. */
function needsBinding(row: readonly Param[]): boolean {
  return row.some((value) => (typeof value === 'object' && value !== null) || typeof value === 'bigint');
}
