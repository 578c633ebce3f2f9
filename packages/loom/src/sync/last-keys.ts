import { stableId } from '../ids.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import type { Keys } from './keys.js';

const KEY = 'sync_keys';

/** Records the current keys. Returns true if the last run had different ones. Only a hash is stored. */
export function keysHaveChanged(db: Database, { baseUrl, publicKey }: Keys): boolean {
  const now = stableId(`${baseUrl} ${publicKey}`, 16);
  const before = readMeta(db, KEY);
  if (before !== now) {
    writeMeta(db, KEY, now);
  }
  return before !== undefined && before !== now;
}
