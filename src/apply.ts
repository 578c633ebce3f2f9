import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { splice } from './edits.js';
import { ChangedMeanwhileError, NotWritableError } from './errors.js';
import type { Change } from './plan.js';

/** What was written, and the way back. */
export interface Applied {
  /** Puts every file back as it was before. */
  rollback(): void;
}

interface Step {
  readonly change: Change;
  /** Absolute path of the file itself, links resolved. */
  readonly target: string;
  readonly mode: number | undefined;
}

/**
 * Writes a plan's changes: every file is checked first, each is replaced in one rename, and a
 * failure half-way puts back what was written. The only code of the generator that writes.
 * @param dir absolute folder that the paths are relative to
 * @param root absolute folder that no path may leave
 * @throws ChangedMeanwhileError when a file does not say what the plan was made on
 * @throws NotWritableError when a file or folder can't be written, or a path leads out of `root`
 */
export function applyChanges(dir: string, root: string, changes: readonly Change[]): Applied {
  const steps = changes.map((change) => checked(change, dir, root));
  const done: (() => void)[] = [];
  const rollback = () => {
    for (const undo of done.splice(0).reverse()) undo();
  };
  try {
    for (const step of steps) done.push(write(step, topFor(step.target, dir, root)));
  } catch (error) {
    rollback();
    throw error;
  }
  return { rollback };
}

function checked(change: Change, dir: string, root: string): Step {
  const path = resolve(dir, change.path);
  if (change.action === 'create') {
    if (existsSync(path) || isLink(path)) throw changedMeanwhile(change.path);
    const folder = existingFolder(dirname(path));
    requireInside(realpathSync(folder), root, change.path);
    requireWritable(folder, change.path);
    return { change, target: path, mode: undefined };
  }
  if (!existsSync(path)) throw changedMeanwhile(change.path);
  const target = realpathSync(path);
  requireInside(target, root, change.path);
  requireWritable(target, change.path);
  requireWritable(dirname(target), change.path);
  // Bytes, not text: a file that is not UTF-8 would not survive being read and written.
  if (!readFileSync(target).equals(Buffer.from(change.before))) throw changedMeanwhile(change.path);
  return { change, target, mode: statSync(target).mode };
}

function write({ change, target, mode }: Step, top: string): () => void {
  switch (change.action) {
    case 'create': {
      const made = mkdirSync(dirname(target), { recursive: true });
      replace(target, change.text, mode);
      return () => {
        rmSync(target, { force: true });
        if (made) removeEmptyFolders(dirname(target), dirname(made));
      };
    }
    case 'modify':
      replace(target, splice(change.before, change.edits), mode);
      return () => replace(target, change.before, mode);
    case 'delete':
      rmSync(target);
      removeEmptyFolders(dirname(target), top);
      return () => {
        mkdirSync(dirname(target), { recursive: true });
        replace(target, change.before, mode);
      };
  }
}

/** Readers see the old file or the new one, never half of it. */
function replace(target: string, text: string, mode: number | undefined): void {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, text);
    if (mode !== undefined) chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The folder that stays even when it is empty: the project's, and above it the repository's. */
function topFor(target: string, dir: string, root: string): string {
  const top = realpathSync(dir);
  return target.startsWith(top + sep) ? top : realpathSync(root);
}

/** Removes `folder` and those above it while they are empty, up to but not including `stop`. */
function removeEmptyFolders(folder: string, stop: string): void {
  for (let current = folder; current !== stop && current.startsWith(stop); current = dirname(current)) {
    try {
      rmdirSync(current);
    } catch {
      // Not empty: something else lives here.
      return;
    }
  }
}

function existingFolder(folder: string): string {
  let current = folder;
  while (!existsSync(current)) current = dirname(current);
  return current;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function requireInside(target: string, root: string, path: string): void {
  const top = realpathSync(root);
  if (target === top || target.startsWith(top.endsWith(sep) ? top : top + sep)) return;
  throw new NotWritableError(
    `${path} leads out of the project`,
    'Run the command in the folder that holds the file itself. Nothing was changed.',
    { file: path },
  );
}

function requireWritable(target: string, path: string): void {
  // The owner's write bit counts even for a user who may override it: read-only was somebody's wish.
  const isReadOnly = (statSync(target).mode & 0o222) === 0;
  try {
    if (isReadOnly) throw new Error('read-only');
    accessSync(target, constants.W_OK);
  } catch {
    throw new NotWritableError(
      `${path} is read-only`,
      `Make it writable (chmod u+w ${path}), then run the command again. Nothing was changed.`,
      { file: path },
    );
  }
}

function changedMeanwhile(path: string): ChangedMeanwhileError {
  return new ChangedMeanwhileError(
    `${path} changed while the plan was made, or is not UTF-8`,
    'Run the command again. Nothing was changed.',
    { file: path },
  );
}
