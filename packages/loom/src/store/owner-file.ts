import { closeSync, openSync } from 'node:fs';

/**
 * Creates the empty database file with access only for its owner, because it contains texts of agents and
 * tools. SQLite gives its side files the same mode. Existing files are kept.
 */
export function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It already exists, or the next open reports why it can't be created.
  }
}
