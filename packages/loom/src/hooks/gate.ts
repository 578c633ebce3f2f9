import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from '../store/database.js';

/**
 * This file exists in the project while a budget is set. Without it, the hooks allow everything and start no
 * Node.
 */
export const GATE = '.loom/spool/gate';

/** Creates or removes the file, depending on the budgets. */
export function keepGate(db: Database): void {
  const path = join(dirname(db.path), 'spool', 'gate');
  const wanted = db.get('SELECT 1 FROM budgets LIMIT 1') !== undefined;
  if (wanted === existsSync(path)) {
    return;
  }
  if (wanted) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  } else {
    rmSync(path, { force: true });
  }
}
