import type { Write } from '../receiver/sqlite/query-steps.js';
import type { Param } from '../store/database.js';
import type { Statement } from '../store/sql.js';

/** D1 binds texts of up to 2 MB. A text can grow to twice its size inside JSON. */
const MAX_PACKED = 500_000;
/** The values of larger rows are bound separately, so that their text is not escaped. */
const MAX_IN_LIST = 100_000;

/** Combines writes into few statements, because D1 limits the statements of a request. */
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

/** JSON can't represent bytes or such numbers. */
function needsBinding(row: readonly Param[]): boolean {
  return row.some((value) => (typeof value === 'object' && value !== null) || typeof value === 'bigint');
}
