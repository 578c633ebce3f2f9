import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { findLoomDir } from '../store/folder.js';

/** Whether a folder is inside the project of a `.loom` folder, or in one of its git worktrees. */
export function belongsTo(loomDir: string): (cwd: string) => boolean {
  const root = dirname(resolve(loomDir));
  return (cwd) => {
    if (isInside(root, resolve(cwd))) {
      return true;
    }
    if (!existsSync(cwd)) {
      return false;
    }
    const real = realpathSync(cwd);
    return isInside(realpathSync(root), real) || findLoomDir(real, {}) === resolve(loomDir);
  };
}

function isInside(root: string, dir: string): boolean {
  const path = relative(root, dir);
  // Another drive of Windows has no relative path.
  return path !== '..' && !/^\.\.[\\/]/.test(path) && !/^[a-z]:/i.test(path);
}
