import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DirtyTreeError, UsageError } from '../core/errors.js';
import { upwards } from './paths.js';

/** The top folder of the git work tree around `dir`; undefined outside one or without git. */
export function gitTop(dir: string): string | undefined {
  const top = git(dir, ['rev-parse', '--show-toplevel'])?.trim();
  // Git writes forward slashes on every system.
  return top === undefined ? undefined : resolve(top);
}

/**
 * Why git tells nothing of a folder that is under version control: it is not installed, or the folder is another
 * user's, as it is in most containers. undefined where it does tell, and where there is no repository.
 */
export function gitRefusal(dir: string): GitRefusal | undefined {
  if (gitTop(dir) !== undefined) return undefined;
  const top = [...upwards(dir)].find((folder) => existsSync(join(folder, '.git')));
  if (top === undefined) return undefined;
  const { error, stderr } = spawnSync('git', ['rev-parse'], { cwd: dir, encoding: 'utf8' });
  if (error)
    return { top, why: 'git can’t be run here', fix: 'Install git, and see that it is on the PATH.' };
  if (stderr.includes('safe.directory')) {
    const fix = 'Where you trust it: git config --global --add safe.directory <that folder>';
    return { top, why: 'git does not look into the folder of another user', fix };
  }
  return { top, why: 'git can’t read the repository', fix: 'See what `git status` says there.' };
}

/** A repository that git tells nothing of. */
export interface GitRefusal {
  /** Absolute. */
  readonly top: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Files with changes that are not committed, new ones among them, as absolute paths; none outside a work tree.
 * A folder that is new as a whole stands for all below it.
 * @param paths which ones to ask about, relative to `dir`; a folder stands for all below it
 * @throws DirtyTreeError when git can't tell
 */
export function uncommittedFiles(dir: string, paths: readonly string[] = ['.']): string[] {
  const top = gitTop(dir);
  if (top === undefined) return [];
  // Settings of the user may hide new files and say how a moved one is told.
  const how = ['--porcelain', '-z', '--untracked-files=normal', '--no-renames'];
  const status = git(dir, ['--literal-pathspecs', 'status', ...how, '--', ...paths]);
  if (status === undefined) {
    throw new DirtyTreeError(
      `Whether ${top} has uncommitted changes is not known: git status fails.`,
      'See what it says there; or add --force. Nothing was changed.',
    );
  }
  return status
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => join(top, entry.slice(3)));
}

/** Whether git's patterns name `path`, tracked or not; undefined outside a work tree. */
export function isGitIgnored(dir: string, path: string): boolean | undefined {
  try {
    execFileSync('git', ['check-ignore', '--quiet', '--no-index', path], { cwd: dir, stdio: 'ignore' });
    return true;
  } catch (error) {
    // 1 is git's "no"; other codes, or none, mean that it could not tell.
    return (error as { status?: unknown }).status === 1 ? false : undefined;
  }
}

/** Whether git leaves `path` out: what it tracks it does not ignore, whatever the patterns say. */
export function isLeftOutByGit(dir: string, path: string): boolean {
  return git(dir, ['check-ignore', '--quiet', path]) !== undefined;
}

/** Whether `path` is in version control. */
export function isTracked(dir: string, path: string): boolean {
  return git(dir, ['ls-files', '--error-unmatch', '--', path]) !== undefined;
}

/**
 * Files that differ from the commit where `ref` and HEAD parted: committed since, changed, or untracked.
 * A renamed file counts by both its names, so that what it left behind is looked at, too.
 * @returns paths relative to `top`, with `/`
 * @throws UsageError when git can't tell
 */
export function changedSince(top: string, ref: string): Set<string> {
  const refusal = gitRefusal(top);
  if (refusal)
    throw new UsageError(`What changed in ${refusal.top} is not known: ${refusal.why}.`, refusal.fix);
  if (gitTop(top) === undefined) {
    throw new UsageError(`${top} is not under version control by git.`, 'Run check without --since.');
  }
  const commit = git(top, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ])?.trim();
  if (commit === undefined) {
    throw new UsageError(
      `git knows no commit "${ref}".`,
      'Fetch it first. In CI, check out with history: fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab.',
    );
  }
  const base = git(top, ['merge-base', commit, 'HEAD'])?.trim();
  if (base === undefined) {
    throw new UsageError(
      `"${ref}" and HEAD have no commit in common.`,
      'A shallow clone may hide it: check out with history (fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab).',
    );
  }
  const changed = git(top, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', base, '--']);
  const untracked = git(top, ['ls-files', '--others', '--exclude-standard', '-z']);
  if (changed === undefined || untracked === undefined) {
    throw new UsageError(`git can't say what changed since "${ref}".`, 'Run check without --since.');
  }
  return new Set(`${changed}\0${untracked}`.split('\0').filter((path) => path !== ''));
}

/** More than a list of all files of the largest repositories takes. */
const MOST_BYTES = 256 * 1024 * 1024;

function git(dir: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: dir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: MOST_BYTES,
    });
  } catch {
    // Not a work tree, no git, or a "no" by exit code: all mean that git has nothing to tell.
    return undefined;
  }
}
