import { isAbsolute, posix } from 'node:path';
import { ERROR_CODES, type ErrorCode, EXIT } from './error-codes.js';

/** An end that was foreseen: it has a place, a reason and a next step, and nothing was written. */
export abstract class ExpectedError extends Error {
  abstract readonly code: ErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** The next step for the person who reads it. */
  readonly fix: string;

  constructor(message: string, fix: string, place?: { file: string; line?: number }) {
    super(message);
    this.name = new.target.name;
    this.fix = fix;
    this.file = place?.file;
    this.line = place?.line;
  }

  get exitCode(): number {
    return EXIT[ERROR_CODES[this.code].exit];
  }
}

type ExpectedErrorClass = new (
  message: string,
  fix: string,
  place?: { file: string; line?: number },
) => ExpectedError;

/** An error in a Worker's folder, with its file's path relative to a folder further up. */
export function seenFrom(error: unknown, dir: string): unknown {
  if (!(error instanceof ExpectedError) || error.file === undefined || isAbsolute(error.file)) return error;
  const { message, fix, line } = error;
  const file = posix.join(dir, error.file);
  return new (error.constructor as ExpectedErrorClass)(
    message,
    fix,
    line === undefined ? { file } : { file, line },
  );
}

export class NoConfigError extends ExpectedError {
  readonly code = 'no-config';
}

export class ConfigSyntaxError extends ExpectedError {
  readonly code = 'config-syntax';
}

export class SourceSyntaxError extends ExpectedError {
  readonly code = 'source-syntax';
}

export class DirtyTreeError extends ExpectedError {
  readonly code = 'dirty-tree';
}

export class NotWritableError extends ExpectedError {
  readonly code = 'not-writable';
}

export class InstallFailedError extends ExpectedError {
  readonly code = 'install-failed';
}

/** Whether an error means that something was nested deeper than a reader that goes down into it can follow. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** A file changed between planning and writing. */
export class ChangedMeanwhileError extends ExpectedError {
  readonly code = 'changed-meanwhile';
}

/** An MCP server in which nothing would be traced. */
export class NoToolsError extends ExpectedError {
  readonly code = 'no-tools';
}

/** The project is no longer the one that a plan file was made of. */
export class PlanOutdatedError extends ExpectedError {
  readonly code = 'plan-outdated';
}

export class UsageError extends ExpectedError {
  readonly code = 'usage';
}

export class CancelledError extends ExpectedError {
  readonly code = 'cancelled';
}
