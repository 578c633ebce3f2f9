import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface GitHead {
  /** Undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
}

/** HEAD of the repository around `cwd`, read from its files, because a hook has no time to start git. */
export function gitHead(cwd: string): GitHead {
  const gitDir = findGitDir(cwd);
  const head = gitDir && read(join(gitDir, 'HEAD'))?.trim();
  if (!gitDir || !head) {
    return { branch: undefined, commit: undefined };
  }
  // With reftable, the file has only a placeholder (git-scm.com/docs/reftable).
  if (head === 'ref: refs/heads/.invalid') {
    return { branch: undefined, commit: undefined };
  }
  if (!head.startsWith('ref: ')) {
    return { branch: undefined, commit: head };
  }
  const ref = head.slice('ref: '.length);
  const common = resolve(gitDir, read(join(gitDir, 'commondir'))?.trim() ?? '.');
  const commit = read(join(gitDir, ref))?.trim() ?? read(join(common, ref))?.trim() ?? packedRef(common, ref);
  return { branch: ref.replace(/^refs\/heads\//, ''), commit };
}

/**
 * The last commit of a branch (or HEAD) up to a time in Unix ms. It replaces HEAD for a session without
 * hooks. Undefined if git, the folder or the branch is missing.
 */
export function commitAt(cwd: string, branch: string | null, at: number): string | undefined {
  const before = `--before=${new Date(at).toISOString()}`;
  for (const ref of branch === null ? ['HEAD'] : [`refs/heads/${branch}`, 'HEAD']) {
    try {
      const found = execFileSync('git', ['-C', cwd, 'rev-list', '-1', before, ref, '--'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      return found || undefined;
    } catch {
      // The branch no longer exists.
    }
  }
  return undefined;
}

function findGitDir(cwd: string): string | undefined {
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    const candidate = join(dir, '.git');
    if (existsSync(candidate)) {
      if (statSync(candidate).isDirectory()) {
        return candidate;
      }
      const pointer = /^gitdir: (.+)$/m.exec(read(candidate) ?? '')?.[1];
      return pointer ? resolve(dir, pointer.trim()) : undefined;
    }
    if (dirname(dir) === dir) {
      return undefined;
    }
  }
}

function packedRef(common: string, ref: string): string | undefined {
  return read(join(common, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(' ')[0];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
