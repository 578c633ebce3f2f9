import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { couldNotRestore, couldNotWrite, otherOwner } from './apply-errors.js';

/** The old and the new content of one file; undefined if it does not exist. */
export interface Step {
  /** The path in messages. */
  readonly path: string;
  /** Absolute path of the file itself, links resolved. */
  readonly target: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** Mode of the original file; undefined if it did not exist. */
  readonly stats: Stats | undefined;
  /** Folders below this one are deleted when they become empty. */
  readonly lastFolder: string;
}

export function reversed(step: Step): Step {
  return { ...step, before: step.after, after: step.before };
}

/**
 * Writes all files or none. It first writes the new texts to temporary files, so a full disk changes nothing.
 * Then it moves each file into place.
 * @throws NotWritableError with the file and the reason
 */
export function performSteps(steps: readonly Step[]): void {
  const undo: { path: string; back: () => void }[] = [];
  try {
    const prepared = steps.map((step) => {
      const { path } = step;
      const temporary = attempt(path, () => writeTemporary(step));
      undo.push({ path, back: () => clear(step, temporary) });
      return { step, temporary };
    });
    for (const { step, temporary } of prepared) {
      const { path } = step;
      attempt(path, () => moveIntoPlace(step, temporary));
      undo.push({ path, back: () => restoreFile(step) });
    }
  } catch (error) {
    const failed = undo.reverse().filter(({ back }) => !succeeds(back));
    if (failed.length > 0) throw couldNotRestore([...new Set(failed.map(({ path }) => path))], error);
    throw error;
  }
}

/** Restores one file. If the rename fails, it overwrites the file in place, which is less safe. */
function restoreFile(step: Step): void {
  const { target, after } = reversed(step);
  let temporary: string | undefined;
  try {
    temporary = writeTemporary(reversed(step));
    moveIntoPlace(reversed(step), temporary);
  } catch (error) {
    if (after === undefined) throw error;
    writeFileSync(target, after);
    if (temporary !== undefined) rmSync(temporary, { force: true });
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw couldNotWrite(error, path);
  }
}

/** Writes the new text to a temporary file. */
function writeTemporary(step: Step): string | undefined {
  const { path, target, after, stats } = step;
  if (after === undefined) return undefined;
  // A name may have at most 255 bytes, so the long file name is not part of this one.
  const name = `.${basename(target).slice(0, 50)}.${randomUUID()}.tmp`;
  const temporary = join(dirname(target), name);
  try {
    makeFolder(dirname(target));
    // The temporary file must never have wider permissions than the file itself.
    writeFileSync(temporary, after, { flag: 'wx', mode: stats?.mode ?? 0o666 });
    if (stats) {
      keepOwner(temporary, stats, path);
      chmodSync(temporary, stats.mode);
    } else takeOwnerOfFolder(temporary);
    return temporary;
  } catch (error) {
    clear(step, temporary);
    throw error;
  }
}

function clear({ target, lastFolder }: Step, temporary: string | undefined): void {
  if (temporary === undefined) return;
  rmSync(temporary, { force: true });
  removeEmptyFolders(dirname(target), lastFolder);
}

/** Readers see the old file or the new one, never half of it. */
function moveIntoPlace({ target, lastFolder }: Step, temporary: string | undefined): void {
  if (temporary !== undefined) {
    renameSync(temporary, target);
    return;
  }
  rmSync(target, { force: true });
  removeEmptyFolders(dirname(target), lastFolder);
}

function keepOwner(temporary: string, { uid, gid }: Stats, path: string): void {
  const made = statSync(temporary);
  if (made.uid === uid && made.gid === gid) return;
  if (!succeeds(() => chownSync(temporary, uid, gid))) throw otherOwner(path);
}

/** When root creates a file in a user's project, the user must own it. Other users can't change owners. */
function takeOwnerOfFolder(made: string): void {
  const { uid, gid } = statSync(dirname(made));
  if (statSync(made).uid !== uid) succeeds(() => chownSync(made, uid, gid));
}

function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
  takeOwnerOfFolder(folder);
}

/** Removes `folder` and those above it while they are empty, up to but not including `stop`. */
function removeEmptyFolders(folder: string, stop: string): void {
  for (let current = folder; current !== stop && current.startsWith(stop); current = dirname(current)) {
    // Not empty: something else lives here.
    if (!succeeds(() => rmdirSync(current))) return;
  }
}

export function bytesOf(path: string): Buffer | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
}

export function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

export function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
