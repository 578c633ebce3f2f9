import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Database } from '../store/database.js';
import { findLoomDir, isInside } from '../store/folder.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { worktreesOf } from '../store/worktrees.js';

/**
 * Owner of a folder: the project, another Loom project (`other`), none (`outside`), or unknown because the
 * folder was deleted.
 */
export type Belonging = 'ours' | 'other' | 'outside' | 'gone';

export interface Folders {
  /** `branch` is the checked-out branch, if known. */
  readonly of: (cwd: string, branch: string | null) => Belonging;
  /** A line with a project folder contains at least one of these texts, in JSON encoding. */
  readonly needles: readonly string[];
}

/** Any folder: every session is recorded. */
export const EVERYWHERE: Folders = { of: () => 'ours', needles: [''] };

/** Locations of its git worktrees, past and present, because a removed worktree leaves no trace on disk. */
const WORKTREES = 'worktrees';

/** Branch names of any repository, which don't identify a deleted folder. */
const COMMON = new Set(['main', 'master', 'develop', 'dev', 'trunk', 'HEAD', 'staging', 'production']);
const MERGES_READ = 2000;

/**
 * Decides which folders are in the project of a `.loom` folder, or in one of its git worktrees, past or
 * present.
 */
export function foldersOf(db: Database, loomDir: string): Folders {
  const root = dirname(resolve(loomDir));
  const roots = [...new Set([root, realpathSync(root)])];
  const worktrees = rememberedWorktrees(db, root);
  const known = new Map<string, Belonging>();
  const isOurs = (cwd: string) => [...roots, ...worktrees].some((folder) => isInside(folder, cwd));
  const look = (cwd: string, branch: string | null): Belonging => {
    if (isOurs(resolve(cwd))) {
      return 'ours';
    }
    if (!existsSync(cwd)) {
      return isOurBranch(root, branch) ? 'ours' : 'gone';
    }
    const real = realpathSync(cwd);
    if (isOurs(real)) {
      return 'ours';
    }
    const loom = findLoomDir(real, {});
    return loom === undefined ? 'outside' : loom === resolve(loomDir) ? 'ours' : 'other';
  };
  return {
    of: (cwd, branch) => {
      const key = `${cwd}\n${branch}`;
      const belonging = known.get(key) ?? look(cwd, branch);
      known.set(key, belonging);
      return belonging;
    },
    needles: [...roots, ...worktrees].map((folder) => JSON.stringify(folder).slice(1, -1)),
  };
}

function rememberedWorktrees(db: Database, root: string): string[] {
  const before = JSON.parse(readMeta(db, WORKTREES) ?? '[]') as string[];
  const now = worktreesOf(root);
  const all = [...new Set([...before, ...now])];
  if (all.length > before.length) {
    writeMeta(db, WORKTREES, JSON.stringify(all));
  }
  return all;
}

/** Whether a distinctive branch name exists or was merged in this repository. */
function isOurBranch(root: string, branch: string | null): boolean {
  if (branch === null || COMMON.has(branch) || branch.startsWith('-')) {
    return false;
  }
  const git = (...args: string[]) => {
    try {
      return execFileSync('git', ['-C', root, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      return '';
    }
  };
  return (
    git('for-each-ref', '--format=x', `refs/heads/${branch}`, `refs/remotes/*/${branch}`) !== '' ||
    git('log', '--all', '--merges', `-${MERGES_READ}`, '--format=%s')
      .split('\n')
      .some((subject) => subject.includes(`'${branch}'`) || subject.endsWith(`/${branch}`))
  );
}
