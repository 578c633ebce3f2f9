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
import { couldNotPutBack, couldNotWrite, otherOwner } from './apply-errors.js';

/** The old and the new content of one file; undefined if it does not exist. */
export interface Step {
  /** As messages name it. */
  readonly path: string;
  /** Absolute path of the file itself, links resolved. */
  readonly target: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** Mode of the original file; undefined if it did not exist. */
  readonly stats: Stats | undefined;
  /** Folders below this one go with the last file in them. */
  readonly lastFolder: string;
}

export function reversed(step: Step): Step {
  return { ...step, before: step.after, after: step.before };
}

/**
 * Does all steps or none. First writes all new texts to temporary files, so that a full disk is noticed
 * before anything changes. Then moves each file into place.
 * @throws NotWritableError with the file and the reason
 */
export function performSteps(steps: readonly Step[]): void {
  const undo: { path: string; back: () => void }[] = [];
  try {
    const prepared = steps.map((step) => {
      const { path } = step;
      const temporary = attempt(path, () => layDown(step));
      undo.push({ path, back: () => clear(step, temporary) });
      return { step, temporary };
    });
    for (const { step, temporary } of prepared) {
      const { path } = step;
      attempt(path, () => moveIn(step, temporary));
      undo.push({ path, back: () => putBack(step) });
    }
  } catch (error) {
    const failed = undo.reverse().filter(({ back }) => !succeeds(back));
    if (failed.length > 0) throw couldNotPutBack([...new Set(failed.map(({ path }) => path))], error);
    throw error;
  }
}

/** One file as it was. Where nothing can be moved any more, its own text is overwritten: half safe beats not at all. */
function putBack(step: Step): void {
  const { target, after } = reversed(step);
  let temporary: string | undefined;
  try {
    temporary = layDown(reversed(step));
    moveIn(reversed(step), temporary);
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

/** Writes the new text to a temporary file that no other program reads. */
function layDown(step: Step): string | undefined {
  const { path, target, after, stats } = step;
  if (after === undefined) return undefined;
  // Names may be 255 bytes long, and this one is longer than the file's own.
  const name = `.${basename(target).slice(0, 50)}.${randomUUID()}.tmp`;
  const temporary = join(dirname(target), name);
  try {
    makeFolder(dirname(target));
    // Never readable for more people than the file itself, not even for a moment.
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
function moveIn({ target, lastFolder }: Step, temporary: string | undefined): void {
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
