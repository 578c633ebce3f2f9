import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { mainWorktree } from '../store/folder.js';

/**
 * The project that a folder belongs to: the nearest one upwards with a `.loom` or a `.git`, a git worktree's main one; the
 * folder itself where there is none.
 */
export function projectOf(cwd: string): string {
  for (let dir = resolve(cwd); dirname(dir) !== dir; dir = dirname(dir)) {
    const main = mainWorktree(dir);
    if (main !== undefined || ['.loom', '.git'].some((name) => existsSync(join(dir, name)))) {
      return main ?? dir;
    }
  }
  return cwd;
}
