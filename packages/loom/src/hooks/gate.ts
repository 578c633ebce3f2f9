import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from '../store/database.js';

/** In the project, while a budget is set: without it the hooks let everything through, and start no Node for it. */
export const GATE = '.loom/spool/gate';

/** Makes the file, or takes it away, as the budgets are now. */
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
