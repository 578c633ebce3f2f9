import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { EXIT, LoomError } from '../errors.js';

/** The `.loom` folder for `cwd`: LOOM_DIR, or the nearest one upwards. */
export function findLoomDir(
  cwd: string = process.cwd(),
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (env.LOOM_DIR) {
    return resolve(cwd, env.LOOM_DIR);
  }
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    // A git worktree has its own copy of committed files, but a project has one database.
    const main = mainWorktree(dir);
    for (const candidate of main ? [join(main, '.loom'), join(dir, '.loom')] : [join(dir, '.loom')]) {
      if (existsSync(candidate) && statSync(candidate).isDirectory()) {
        return candidate;
      }
    }
    if (dirname(dir) === dir) {
      return undefined;
    }
  }
}

/** Folder for `lm init`: here, except in a linked git worktree whose project already has one. */
export function loomDirToMake(cwd: string): string {
  const main = mainWorktree(resolve(cwd));
  const shared = main && join(main, '.loom');
  return shared && existsSync(shared) ? shared : join(cwd, '.loom');
}

export function requireLoomDir(cwd?: string, env?: NodeJS.ProcessEnv): string {
  const dir = findLoomDir(cwd, env);
  if (!dir || !existsSync(dir)) {
    throw new LoomError(
      dir ? `${dir} (from LOOM_DIR) does not exist.` : 'There is no .loom folder here or above.',
      'Run `lm init` in the root of your project.',
      EXIT.noLoom,
    );
  }
  return dir;
}

/** For a linked git worktree, the folder of the main one. */
export function mainWorktree(dir: string): string | undefined {
  const pointer = join(dir, '.git');
  if (!existsSync(pointer) || !statSync(pointer).isFile()) {
    return undefined;
  }
  const gitdir = /^gitdir: (.+)$/m.exec(readFileSync(pointer, 'utf8'))?.[1];
  const common = gitdir && /^(.*[\\/])?\.git[\\/]worktrees[\\/][^\\/]+\s*$/.exec(resolve(dir, gitdir.trim()));
  return common?.[1] ? resolve(common[1]) : undefined;
}

/** Whether a folder is this one, or below it. */
export function isInside(root: string, dir: string): boolean {
  const path = relative(root, dir);
  // Another drive of Windows has no relative path.
  return path !== '..' && !/^\.\.[\\/]/.test(path) && !/^[a-z]:/i.test(path);
}
