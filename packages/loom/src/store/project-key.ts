import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Database } from './database.js';

/**
 * What makes this project's ids in Langfuse its own. The git remote where there is one, so that two machines
 * and a database made anew agree on the id of the same call.
 */
export function projectKey(db: Database): string {
  const saved = readKey(db);
  if (saved) {
    return saved;
  }
  const key = gitRemote(dirname(dirname(db.path))) ?? randomUUID();
  db.run("INSERT INTO loom_meta(key, value) VALUES ('project_key', ?) ON CONFLICT DO NOTHING", key);
  return readKey(db) ?? key;
}

function readKey(db: Database): string | undefined {
  return db.get<{ value: string }>("SELECT value FROM loom_meta WHERE key = 'project_key'")?.value;
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
