import { isAbsolute, posix } from 'node:path';
import { ERROR_CODES, type ErrorCode, EXIT } from './error-codes.js';

/** An expected failure with a place, a reason and a next step. Nothing was written. */
export abstract class ExpectedError extends Error {
  abstract readonly code: ErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** The next step for the user. */
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

/** The same error with its path relative to a parent folder. */
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

/** True if input was nested too deeply for a recursive reader. */
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

/** The project changed after a plan file was made. */
export class PlanOutdatedError extends ExpectedError {
  readonly code = 'plan-outdated';
}

export class UsageError extends ExpectedError {
  readonly code = 'usage';
}

export class CancelledError extends ExpectedError {
  readonly code = 'cancelled';
}
