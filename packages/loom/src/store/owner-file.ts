import { closeSync, openSync } from 'node:fs';

/**
 * Makes the empty file that a database is to be in, for its owner alone: it holds what agents and tools have said.
 * SQLite gives its side files the same mode. Existing files are kept.
 */
export function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It is there, or whoever opens it next says why it can't be made.
  }
}
