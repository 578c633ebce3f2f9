import { closeSync, openSync } from 'node:fs';

/**
 * Makes the empty file that a database is to be in, for its owner alone: it holds what agents and tools have said.
 * SQLite gives the files it puts beside it the same mode. What is there already is left as it is.
 */
export function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It is there, or whoever opens it next says why it can't be made.
  }
}
