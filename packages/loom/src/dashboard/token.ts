import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOKEN_BYTES = 16;
const TOKEN = /^[0-9a-f]{32}$/;

/**
 * The secret that opens the dashboard and derives its other secrets: 128 random bits in hex. The file next to
 * the database is readable by its owner only, so that an open page survives a restart. Removing the file
 * makes a new one, and closes
 * every page that is open.
 */
export function dashboardToken(loomDir: string): string {
  const path = join(loomDir, 'loom.db.token');
  const saved = readToken(path);
  if (saved) {
    return saved;
  }
  writeFileSync(path, `${randomBytes(TOKEN_BYTES).toString('hex')}\n`, { mode: 0o600 });
  // The mode above holds only for a file that was not there.
  chmodSync(path, 0o600);
  return readToken(path) ?? '';
}

function readToken(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return TOKEN.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
