import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../json-values.js';
import { SecondTable, SHIPPED, type TableFile } from './second-table.js';

/** Where `lm prices update` puts a newer one. */
export const UPDATED_TABLE = 'price-table.json';

/** The one that `lm prices update` has written, when it is newer than ours. */
export function readSecondTable(loomDir: string): SecondTable {
  const path = join(loomDir, UPDATED_TABLE);
  if (existsSync(path)) {
    try {
      const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (isRecord(read) && isRecord(read.models) && String(read.date) > SHIPPED.date) {
        return new SecondTable(read as unknown as TableFile);
      }
    } catch {
      // It is only a cache: without it ours does.
    }
  }
  return new SecondTable(SHIPPED);
}
