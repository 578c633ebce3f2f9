import { ERROR_CODES, type ErrorCode, EXIT } from '../core/error-codes.js';
import { ExpectedError, isTooDeep } from '../core/errors.js';
import { PLAN_SCHEMA_VERSION } from '../core/plan.js';
import { openTerminal } from './terminal.js';

/** An error as `--json` prints it; schemas/error.schema.json describes it. */
export interface Fault {
  /** Stable; docs/guides/exit-codes.md lists them. */
  readonly code: ErrorCode;
  readonly message: string;
  /** The next step. */
  readonly fix: string;
  /** True if the same command may succeed on a second run. */
  readonly retryable: boolean;
  /** Relative to the command's folder, if the error is about a file. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

/**
 * Reports an error: on stderr for people, and with --json also on stdout.
 * @param json true if stdout must contain JSON and is still empty
 * @returns the exit code
 */
export function reportError(error: unknown, { isCheck, json }: { isCheck: boolean; json: boolean }): number {
  const fault = faultOf(error);
  const terminal = openTerminal({ json: false, yes: true });
  if (json) {
    terminal.print(JSON.stringify({ schemaVersion: PLAN_SCHEMA_VERSION, error: fault }, null, 2));
  }
  terminal.complain(`${terminal.paint('red', '✖')} ${wordsOf(fault)}`);
  if (isCheck) return EXIT.couldNotCheck;
  return error instanceof ExpectedError ? error.exitCode : EXIT[ERROR_CODES[fault.code].exit];
}

/** Converts any error to the reported form. */
export function faultOf(error: unknown): Fault {
  if (error instanceof ExpectedError) {
    const { code, message, fix, file, line } = error;
    const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
    return { ...made(code, message, fix), ...place };
  }
  if (isTooDeep(error)) {
    return made(
      'too-deep',
      'A file of this project is nested too deeply to be read.',
      'Nothing was changed. Look at package.json, tsconfig.json and observe.json.',
    );
  }
  const refused = refusedBySystem(error);
  if (refused !== undefined) {
    return made(
      'not-readable',
      refused,
      'Run this as the user who owns the project, and check that it is a regular file. Nothing was changed.',
    );
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return made(
    'bug',
    'This is a bug in create-something-observe.',
    `Please report it with these lines:\n${details}`,
  );
}

function made(code: ErrorCode, message: string, fix: string): Fault {
  return { code, message, fix, retryable: ERROR_CODES[code].retryable };
}

function wordsOf({ code, message, fix, file, line }: Fault): string {
  if (code === 'bug') return `${message} ${fix}`;
  const place = line === undefined ? file : `${file}:${line}`;
  // Most messages about a file already start with its name.
  const head = file === undefined || message.startsWith(`${place} `) ? '' : `${place} - `;
  return `${head}${message}\n  ${fix}`;
}

/** Message for a file that can't be read; undefined for any other error. */
function refusedBySystem(error: unknown): string | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof code !== 'string' || syscall === undefined) {
    return undefined;
  }
  const why =
    { EACCES: 'permission denied', EPERM: 'permission denied', EISDIR: 'it is a folder' }[code] ?? code;
  return `${path ?? 'A file of this project'} can’t be read: ${why}.`;
}

/** True if stdout must contain one JSON document. The arguments may be invalid. */
export function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, at) =>
      word === '--json' ||
      word === '--json=true' ||
      word === '--format=json' ||
      (word === '--format' && argv[at + 1] === 'json'),
  );
}
