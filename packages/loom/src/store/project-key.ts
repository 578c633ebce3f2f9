import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Database } from './database.js';
import { readMeta, writeMeta } from './meta.js';

const KEY = 'project_key';

/**
 * Prefix of this project's ids in Langfuse. It is the git remote if there is one, so that two machines and a
 * new database use the same id for the same call.
 */
export function projectKey(db: Database): string {
  const saved = readMeta(db, KEY);
  if (saved) {
    return saved;
  }
  const made = gitRemote(dirname(dirname(db.path))) ?? randomUUID();
  // Checked again under the write lock: if two processes create a key at the same time, the first one stays.
  return db.transaction(() => {
    const other = readMeta(db, KEY);
    if (other) {
      return other;
    }
    writeMeta(db, KEY, made);
    return made;
  });
}

/** `host/owner/name`, for any protocol. */
function gitRemote(dir: string): string | undefined {
  try {
    const url = execFileSync('git', ['-C', dir, 'config', '--get', 'remote.origin.url'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return (
      url
        .replace(/^[a-z+]+:\/\//i, '')
        .replace(/^[^@/]+@/, '')
        .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
        .replace(/\.git$/, '') || undefined
    );
  } catch {
    return undefined;
  }
}
