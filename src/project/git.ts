import { join, resolve } from 'node:path';
import { DirtyTreeError, UsageError } from '../core/errors.js';
import type { Disk } from './disk.js';
import { upwards } from './paths.js';

/** The top folder of the git work tree around `dir`; undefined outside one or without git. */
export function gitTop(dir: string, disk: Disk): string | undefined {
  // Every folder of a work tree has the same answer, so git is run (and cached) in the top folder.
  const from = repositoryAround(dir, disk) ?? dir;
  const top = git(from, ['rev-parse', '--show-toplevel'], disk)?.trim();
  // Git writes forward slashes on every system.
  return top === undefined ? undefined : resolve(top);
}

/** The nearest folder that looks like the top of a repository. */
export function repositoryAround(dir: string, disk: Disk): string | undefined {
  return [...upwards(dir)].find((folder) => disk.exists(join(folder, '.git')));
}

/**
 * Why git can't read a repository: git is not installed, or the folder belongs to another user, as in most
 * containers. undefined if git works or there is no repository.
 */
export function gitRefusal(dir: string, disk: Disk): GitRefusal | undefined {
  if (gitTop(dir, disk) !== undefined) return undefined;
  const top = repositoryAround(dir, disk);
  if (top === undefined) return undefined;
  const { status, stderr } = disk.git(top, ['rev-parse']);
  if (status === null)
    return { top, why: 'git can’t be run here', fix: 'Install git, and check that it is on the PATH.' };
  if (stderr.includes('safe.directory')) {
    const fix = 'If you trust it: git config --global --add safe.directory <that folder>';
    return { top, why: 'git does not read another user’s folder', fix };
  }
  return { top, why: 'git can’t read the repository', fix: 'See what `git status` says there.' };
}

/** A repository that git can't read. */
export interface GitRefusal {
  /** Absolute. */
  readonly top: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Absolute paths of files with uncommitted changes, including new files. Empty outside a work tree. An
 * untracked folder includes everything below it.
 * @param paths files to check, relative to `dir`; a folder includes everything below it
 * @throws DirtyTreeError if git fails
 */
export function uncommittedFiles(dir: string, paths: readonly string[], disk: Disk): string[] {
  const top = gitTop(dir, disk);
  if (top === undefined) return [];
  // User settings may hide new files and change how moves are reported.
  const how = ['--porcelain', '-z', '--untracked-files=normal', '--no-renames'];
  const status = git(dir, ['--literal-pathspecs', 'status', ...how, '--', ...paths], disk);
  if (status === undefined) {
    throw new DirtyTreeError(
      `Whether ${top} has uncommitted changes is unknown: git status fails.`,
      'Run it there to see why, or add --force. Nothing was changed.',
    );
  }
  return status
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => join(top, entry.slice(3)));
}

/** True if an ignore pattern matches `path`, tracked or not; undefined outside a work tree. */
export function isGitIgnored(dir: string, path: string, disk: Disk): boolean | undefined {
  const { status } = disk.git(dir, ['check-ignore', '--quiet', '--no-index', path]);
  // 1 is git's "no"; other codes, or no code, are failures.
  return status === 0 ? true : status === 1 ? false : undefined;
}

/** True if git ignores `path`. A tracked file is not ignored, even if a pattern matches it. */
export function isIgnoredByGit(dir: string, path: string, disk: Disk): boolean {
  return git(dir, ['check-ignore', '--quiet', path], disk) !== undefined;
}

/** True if `path` is in version control. */
export function isTracked(dir: string, path: string, disk: Disk): boolean {
  return git(dir, ['ls-files', '--error-unmatch', '--', path], disk) !== undefined;
}

/** The full id of a commit; undefined if it does not exist. */
export function commitNamed(top: string, ref: string, disk: Disk): string | undefined {
  return git(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], disk)?.trim();
}

/**
 * Files that differ from the commit where `ref` and HEAD parted: committed since, changed, or untracked. A
 * renamed file is listed with both names, because code may still use the old one.
 * @returns paths relative to `top`, with `/`
 * @throws UsageError if git fails
 */
export function changedSince(top: string, ref: string, disk: Disk): Set<string> {
  const refusal = gitRefusal(top, disk);
  if (refusal) throw new UsageError(`Changes in ${refusal.top} are unknown: ${refusal.why}.`, refusal.fix);
  if (gitTop(top, disk) === undefined) {
    throw new UsageError(`${top} is not in a git repository.`, 'Run check without --since.');
  }
  const commit = commitNamed(top, ref, disk);
  if (commit === undefined) {
    throw new UsageError(
      `There is no commit "${ref}".`,
      'Fetch it first. In CI, check out with history: fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab.',
    );
  }
  const base = git(top, ['merge-base', commit, 'HEAD'], disk)?.trim();
  if (base === undefined) {
    throw new UsageError(
      `"${ref}" and HEAD have no commit in common.`,
      'In a shallow clone, check out with history (fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab).',
    );
  }
  const changed = git(top, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', base, '--'], disk);
  const untracked = git(top, ['ls-files', '--others', '--exclude-standard', '-z'], disk);
  if (changed === undefined || untracked === undefined) {
    throw new UsageError(`git can't list the changes since "${ref}".`, 'Run check without --since.');
  }
  return new Set(`${changed}\0${untracked}`.split('\0').filter((path) => path !== ''));
}

/**
 * Stores a text in git. Git keeps objects outside of commits for two weeks by default. Committed files, such
 * as a lockfile, stay longer.
 * @returns the object id; undefined outside a work tree
 */
export function keepInGit(dir: string, text: string, disk: Disk): string | undefined {
  const { status, stdout } = disk.git(dir, ['hash-object', '-w', '--stdin'], text);
  return status === 0 ? stdout.trim() : undefined;
}

/** The object id of a text, stored or not; undefined outside a work tree. */
export function nameInGit(dir: string, text: string, disk: Disk): string | undefined {
  if (gitTop(dir, disk) === undefined) return undefined;
  const { status, stdout } = disk.git(dir, ['hash-object', '--stdin'], text);
  return status === 0 ? stdout.trim() : undefined;
}

/** The text with an object id; undefined if git does not have it, as in a shallow clone. */
export function keptInGit(dir: string, name: string, disk: Disk): string | undefined {
  return /^[0-9a-f]{40,64}$/.test(name) ? git(dir, ['cat-file', 'blob', name], disk) : undefined;
}

/** The output of git. Undefined without git, outside a work tree, or for a "no" as exit code. */
function git(dir: string, args: readonly string[], disk: Disk): string | undefined {
  const { status, stdout } = disk.git(dir, args);
  return status === 0 ? stdout : undefined;
}
