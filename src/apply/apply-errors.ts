import { ChangedMeanwhileError, ExpectedError, NotWritableError } from '../core/errors.js';

/** Explains a system error code and how to fix it. */
const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOSPC: ['the disk is full', 'Make room'],
  EDQUOT: ['your disk quota is used up', 'Make room'],
  EROFS: ['the file system is mounted read-only', 'Mount it for writing, or work on a copy'],
  EACCES: ['permission denied', 'Run this as the user who owns the project'],
  EPERM: [
    'permission denied',
    'Run this as the user who owns the project, and check that the file is not locked',
  ],
  EBUSY: ['another program has it open, or it is a mount point', 'Close that program'],
  EXDEV: [
    'it is on a different file system than its folder',
    'Run this in the folder that holds the file itself',
  ],
  ENOENT: ['its path contains a broken link', 'Fix or remove that link'],
  ELOOP: ['it is a link to itself', 'Fix or remove that link'],
  ENOTDIR: ['a file is where a folder is needed', 'Move that file'],
  EEXIST: ['something else is in its place', 'Move that'],
  ENAMETOOLONG: ['the path is too long for this file system', 'Move the project to a shorter path'],
};

export function changedMeanwhile(path: string): ChangedMeanwhileError {
  return new ChangedMeanwhileError(
    `${path} changed during planning, or is not UTF-8`,
    'Run the command again. If it fails again, save the file as UTF-8. Nothing was changed.',
    { file: path },
  );
}

export function notRegularFile(path: string): NotWritableError {
  return new NotWritableError(
    `${path} is not a regular file: it is a folder, a broken link or a device`,
    'Move or fix it, then run the command again. Nothing was changed.',
    { file: path },
  );
}

export function outsideProject(path: string): NotWritableError {
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
    `${path} and ${other} are the same file, and the plan changes it in two ways`,
    'Import it under one of the two names only. Nothing was changed.',
    { file: path },
  );
}

export function otherOwner(path: string): NotWritableError {
  return new NotWritableError(
    `${path} belongs to another user, and writing would change its owner`,
    'Run this as the user who owns the project. Nothing was changed.',
    { file: path },
  );
}

/** The system's error for a file; unknown errors are passed on unchanged. */
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

/** Writing failed, and some files could not be restored. */
export function couldNotRestore(paths: readonly string[], cause?: unknown): NotWritableError {
  const reason = cause instanceof Error ? `${cause.message}. ` : '';
  return new NotWritableError(
    `${reason}These files could not be restored: ${paths.join(', ')}`,
    `Restore them yourself: git checkout -- ${paths.join(' ')}`,
  );
}
