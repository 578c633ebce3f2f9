import type { Database } from '../store/database.js';
import { nodeOf } from './clock.js';

/** Records who made the changes of this transaction. */
export function signChanges(db: Database, actor: string): void {
  if (nodeOf(db)) {
    db.run('UPDATE changes SET actor = ? WHERE actor IS NULL AND pushed = 0', actor);
  }
}
