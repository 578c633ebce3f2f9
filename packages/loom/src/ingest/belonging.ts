import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findLoomDir, isInside } from '../store/folder.js';

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
