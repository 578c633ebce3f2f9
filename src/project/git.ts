import { execFileSync } from 'node:child_process';

/** The top folder of the git work tree around `dir`; undefined outside one or without git. */
export function gitTop(dir: string): string | undefined {
  return git(dir, ['rev-parse', '--show-toplevel'])?.trim();
}

/** Files below `dir` with changes that are not committed, as git names them. */
export function uncommittedFiles(dir: string): string[] {
  const status = git(dir, ['status', '--porcelain', '--', '.']) ?? '';
  return status
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
}

/** Whether git would ignore `path`; undefined outside a work tree. */
export function isGitIgnored(dir: string, path: string): boolean | undefined {
  if (gitTop(dir) === undefined) return undefined;
  return git(dir, ['check-ignore', '--quiet', '--no-index', path]) !== undefined;
}

function git(dir: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    // Not a work tree, no git, or a "no" by exit code: all mean that git has nothing to tell.
    return undefined;
  }
}
