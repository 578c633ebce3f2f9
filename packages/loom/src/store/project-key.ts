import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Database } from './database.js';
import { readMeta, writeMeta } from './meta.js';

const KEY = 'project_key';

/**
 * Prefix of this project's ids in Langfuse. The git remote if there is one, so that two machines and a new
 * database agree on the id of the same call.
 */
export function projectKey(db: Database): string {
  const saved = readMeta(db, KEY);
  if (saved) {
    return saved;
  }
  const made = gitRemote(dirname(dirname(db.path))) ?? randomUUID();
  // Asked again under the write lock: of two that make one at once, the first one's holds.
  return db.transaction(() => {
    const other = readMeta(db, KEY);
    if (other) {
      return other;
    }
    writeMeta(db, KEY, made);
    return made;
  });
}

/** `host/owner/name`, whichever protocol it is cloned by. */
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
