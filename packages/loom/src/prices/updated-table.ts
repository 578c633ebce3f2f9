import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../json-values.js';
import { SecondTable, SHIPPED, type TableFile } from './second-table.js';

/** The file that `lm prices update` writes. */
export const UPDATED_TABLE = 'price-table.json';

/** The table that `lm prices update` wrote, if it is newer than ours. */
export function readSecondTable(loomDir: string): SecondTable {
  const path = join(loomDir, UPDATED_TABLE);
  if (existsSync(path)) {
    try {
      const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (isRecord(read) && isRecord(read.models) && String(read.date) > SHIPPED.date) {
        return new SecondTable(read as unknown as TableFile);
      }
    } catch {
      // The file is only a cache. Without it, our own table is used.
    }
  }
  return new SecondTable(SHIPPED);
}
