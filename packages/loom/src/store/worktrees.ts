import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * git-worktree(1), "Details": each worktree has a folder in .git/worktrees. Its `gitdir` has the location.
 */
export function worktreesOf(root: string): string[] {
  const dir = join(root, '.git', 'worktrees');
  try {
    return readdirSync(dir).flatMap((name) => {
      try {
        return [dirname(readFileSync(join(dir, name, 'gitdir'), 'utf8').trim())];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
