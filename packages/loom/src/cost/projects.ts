import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { mainWorktree } from '../store/folder.js';

/**
 * The project of a folder: the nearest folder upwards with a `.loom` or a `.git` (in a git worktree, the main
 * one); else the folder itself.
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
