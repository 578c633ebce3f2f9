import { ChangedMeanwhileError, ExpectedError, NotWritableError } from '../core/errors.js';

/** What a system's code means for somebody who can do something about it. */
const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOSPC: ['the disk is full', 'Make room'],
  EDQUOT: ['your share of the disk is used up', 'Make room'],
  EROFS: ['the file system is mounted read-only', 'Mount it for writing, or work on a copy'],
  EACCES: ['you may not', 'Run this as the user who owns the project'],
  EPERM: ['you may not', 'Run this as the user who owns the project, and see that it is not locked'],
  EBUSY: ['another program holds it, or it is mounted by itself', 'Close what holds it'],
  EXDEV: ['it lies on another file system than its folder', 'Work where the file itself lies'],
  ENOENT: ['a link on the way to it leads nowhere', 'Mend or remove that link'],
  ELOOP: ['it is a link that leads to itself', 'Mend or remove that link'],
  ENOTDIR: ['a file stands where a folder is needed', 'Move that file'],
  EEXIST: ['something else stands in its place', 'Move that'],
  ENAMETOOLONG: ['the path is too long for this file system', 'Move the project to a shorter path'],
};

export function changedMeanwhile(path: string): ChangedMeanwhileError {
  return new ChangedMeanwhileError(
    `${path} changed while the plan was made, or is not UTF-8`,
    'Run the command again; where it says so twice, save the file as UTF-8. Nothing was changed.',
    { file: path },
  );
}

export function noPlainFile(path: string): NotWritableError {
  return new NotWritableError(
    `${path} is no plain file: it is a folder, a link that leads nowhere, or a device`,
    'Move or mend it, then run the command again. Nothing was changed.',
    { file: path },
  );
}

export function leadsOut(path: string): NotWritableError {
  return new NotWritableError(
    `${path} leads out of the project`,
    'Run the command in the folder that holds the file itself. Nothing was changed.',
    { file: path },
  );
}

export function readOnly(path: string): NotWritableError {
  return new NotWritableError(
    `${path} is read-only`,
    `Make it writable (chmod u+w ${path}), then run the command again. Nothing was changed.`,
    { file: path },
  );
}

export function sameFile(path: string, other: string): NotWritableError {
  return new NotWritableError(
    `${path} and ${other} are one file, and would be changed in two ways`,
    'Have the entry import it under one of the two names. Nothing was changed.',
    { file: path },
  );
}

export function otherOwner(path: string): NotWritableError {
  return new NotWritableError(
    `${path} belongs to another user, which writing it would change`,
    'Run this as the user who owns the project. Nothing was changed.',
    { file: path },
  );
}

/** What the system said of a file; what it did not say is passed on as it is. */
export function couldNotWrite(error: unknown, path: string): unknown {
  if (error instanceof ExpectedError) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return error;
  const [why, fix] = REASONS[code] ?? [code, 'Mend that'];
  return new NotWritableError(
    `${path} could not be written: ${why}`,
    `${fix}, then run the command again. Nothing was changed.`,
    { file: path },
  );
}

/** The worst case: something went wrong, and this could not be put back as it was. */
export function couldNotPutBack(paths: readonly string[], cause?: unknown): NotWritableError {
  const reason = cause instanceof Error ? `${cause.message}. ` : '';
  return new NotWritableError(
    `${reason}These could not be put back as they were: ${paths.join(', ')}`,
    `Put them back yourself: git checkout -- ${paths.join(' ')}`,
  );
}
