import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOKEN_BYTES = 16;
const TOKEN = /^[0-9a-f]{32}$/;

/**
 * The secret that opens the dashboard. Its other secrets are derived from it. It has 128 random bits in hex.
 * Only the owner can read its file next to the database. The file lets an open page survive a restart. If you
 * delete it, a new token is created and all open pages are signed out.
 */
export function dashboardToken(loomDir: string): string {
  const path = join(loomDir, 'loom.db.token');
  const saved = readToken(path);
  if (saved) {
    return saved;
  }
  writeFileSync(path, `${randomBytes(TOKEN_BYTES).toString('hex')}\n`, { mode: 0o600 });
  // `mode` above applies only to a new file.
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
