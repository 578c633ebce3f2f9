import { isAbsolute, posix } from 'node:path';

/** Exit codes of the command line, one for each cause. `check` turns every cause into 2. */
export const EXIT = {
  ok: 0,
  findings: 1,
  couldNotCheck: 2,
  noConfig: 3,
  configSyntax: 4,
  sourceSyntax: 5,
  dirtyTree: 6,
  notWritable: 7,
  installFailed: 8,
  changedMeanwhile: 9,
  noTools: 10,
  usage: 64,
  bug: 70,
  cancelled: 130,
} as const;

/** An end that was foreseen: it has a place, a reason and a next step, and nothing was written. */
export abstract class ExpectedError extends Error {
  abstract readonly exitCode: number;
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
}

type ExpectedErrorClass = new (
  message: string,
  fix: string,
  place?: { file: string; line?: number },
) => ExpectedError;

/** What went wrong in a Worker's own folder, with the path of its file as it is from further up. */
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
  readonly exitCode = EXIT.noConfig;
}

export class ConfigSyntaxError extends ExpectedError {
  readonly exitCode = EXIT.configSyntax;
}

export class SourceSyntaxError extends ExpectedError {
  readonly exitCode = EXIT.sourceSyntax;
}

export class DirtyTreeError extends ExpectedError {
  readonly exitCode = EXIT.dirtyTree;
}

export class NotWritableError extends ExpectedError {
  readonly exitCode = EXIT.notWritable;
}

export class InstallFailedError extends ExpectedError {
  readonly exitCode = EXIT.installFailed;
}

/** Whether an error means that something was nested deeper than a reader that goes down into it can follow. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** A file changed between planning and writing. */
export class ChangedMeanwhileError extends ExpectedError {
  readonly exitCode = EXIT.changedMeanwhile;
}

/** An MCP server in which nothing would be traced. */
export class NoToolsError extends ExpectedError {
  readonly exitCode = EXIT.noTools;
}

export class UsageError extends ExpectedError {
  readonly exitCode = EXIT.usage;
}

export class CancelledError extends ExpectedError {
  readonly exitCode = EXIT.cancelled;
}
