import { accessSync, constants, existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { splice } from '../core/edits.js';
import type { Change } from '../core/plan.js';
import { encodingOf } from '../core/tarballs.js';
import {
  changedMeanwhile,
  couldNotRestore,
  couldNotWrite,
  notRegularFile,
  outsideProject,
  readOnly,
  sameFile,
} from './apply-errors.js';
import { bytesOf, performSteps, reversed, type Step, sameBytes, succeeds } from './replace-files.js';

/** Files that were written, and how to undo that. */
export interface Applied {
  /**
   * Restores every file.
   * @returns paths that changed meanwhile; they are not restored
   * @throws NotWritableError with the files that could not be restored, after trying all
   */
  rollback(): string[];
}

/**
 * Writes a plan's changes: it checks every file first and replaces each in one rename. If a write fails, it
 * restores the files that it wrote. No other code of the generator writes to the project.
 * @param dir absolute folder that the paths are relative to
 * @param root absolute folder that no path may leave
 * @throws ChangedMeanwhileError when a file changed after planning
 * @throws NotWritableError when a file or folder can't be written, or a path leads out of `root`
 */
export function applyChanges(dir: string, root: string, changes: readonly Change[]): Applied {
  const steps = withoutRepeats(changes.map((change) => checked(change, dir, root)));
  performSteps(steps);
  return {
    rollback: () => {
      const [ours, theirs] = [[] as Step[], [] as Step[]];
      for (const step of steps) (sameBytes(bytesOf(step.target), step.after) ? ours : theirs).push(step);
      restoreFiles(ours.map(reversed).reverse());
      return theirs.map(({ path }) => path);
    },
  };
}

/**
 * Remembers files byte for byte before another program, such as a package manager, writes to them.
 * @returns a function that restores them
 */
export function keepFiles(dir: string, paths: readonly string[]): Applied['rollback'] {
  const kept = paths.map((path) => {
    const target = resolve(dir, path);
    return { path, target, bytes: bytesOf(target), stats: statSync(target, { throwIfNoEntry: false }) };
  });
  return () => {
    const steps = kept.map(({ path, target, bytes, stats }) => ({
      path,
      target,
      before: bytesOf(target),
      after: bytes,
      stats,
      lastFolder: dirname(target),
    }));
    restoreFiles(steps.filter(({ before, after }) => !sameBytes(before, after)));
    return [];
  };
}

/** If one file can't be restored, go on with the others. */
function restoreFiles(steps: readonly Step[]): void {
  const failed = steps.filter((step) => !succeeds(() => performSteps([step])));
  if (failed.length > 0) throw couldNotRestore(failed.map(({ path }) => path));
}

function checked(change: Change, dir: string, root: string): Step {
  const { path } = change;
  const absolute = resolve(dir, path);
  try {
    if (change.action === 'create') {
      // The plan also treated a non-file at this path as missing.
      if (lstatSync(absolute, { throwIfNoEntry: false }))
        throw statSync(absolute, { throwIfNoEntry: false })?.isFile()
          ? changedMeanwhile(path)
          : notRegularFile(path);
      const folder = existingFolder(dirname(absolute));
      requireInside(realpathSync(folder), root, path);
      requireWritable(folder, path);
      const after = Buffer.from(change.text, encodingOf(path));
      return { path, target: absolute, before: undefined, after, stats: undefined, lastFolder: folder };
    }
    if (!existsSync(absolute)) throw changedMeanwhile(path);
    const target = realpathSync(absolute);
    requireInside(target, root, path);
    requireWritable(target, path);
    requireWritable(dirname(target), path);
    const before = readFileSync(target);
    // Bytes, not text: a file that is not UTF-8 would not survive being read and written.
    if (!before.equals(Buffer.from(change.before, encodingOf(path)))) throw changedMeanwhile(path);
    const after =
      change.action === 'modify'
        ? Buffer.from(splice(change.before, change.edits), encodingOf(path))
        : undefined;
    return { path, target, before, after, stats: statSync(target), lastFolder: topFor(target, dir, root) };
  } catch (error) {
    throw couldNotWrite(error, path);
  }
}

/**
 * The folder that is kept even when it is empty: the project folder, or the repository for paths above it.
 */
function topFor(target: string, dir: string, root: string): string {
  const top = realpathSync(dir);
  return target.startsWith(top + sep) ? top : realpathSync(root);
}

/** Two names can lead to one file: a link and its target. */
function withoutRepeats(steps: readonly Step[]): Step[] {
  const byTarget = new Map<string, Step>();
  for (const step of steps) {
    const earlier = byTarget.get(step.target);
    if (earlier && !sameBytes(earlier.after, step.after)) throw sameFile(step.path, earlier.path);
    if (!earlier) byTarget.set(step.target, step);
  }
  return [...byTarget.values()];
}

function existingFolder(folder: string): string {
  let current = folder;
  while (!lstatSync(current, { throwIfNoEntry: false })) current = dirname(current);
  return current;
}

function requireInside(target: string, root: string, path: string): void {
  const top = realpathSync(root);
  const isInside = target === top || target.startsWith(top.endsWith(sep) ? top : top + sep);
  // Git runs commands from its own files, so a record from another person must not point there.
  const isGits = target
    .slice(top.length)
    .split(sep)
    .some((name) => name.toLowerCase() === '.git');
  if (!isInside || isGits) throw outsideProject(path);
}

function requireWritable(target: string, path: string): void {
  // Respect a read-only file even if this user could override it.
  const isReadOnly = (statSync(target).mode & 0o222) === 0;
  if (isReadOnly) throw readOnly(path);
  accessSync(target, constants.W_OK);
}
