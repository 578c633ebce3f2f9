import { EXIT } from '../core/error-codes.js';
import { ExpectedError } from '../core/errors.js';

/** Undoes one step, and reports files that it kept because they changed since. */
export type Rollback = () => readonly string[];

/** A command failed, and not everything could be undone. */
class NotRestoredError extends ExpectedError {
  readonly code = 'not-put-back';
  readonly #exitCode: number;

  constructor(cause: unknown, left: readonly string[]) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(
      `${message}\n  Not restored: ${left.join('; ')}.`,
      'Look at `git status`, and restore the rest yourself.',
    );
    this.#exitCode = cause instanceof ExpectedError ? cause.exitCode : EXIT.bug;
  }

  override get exitCode(): number {
    return this.#exitCode;
  }
}

/**
 * Undoes all steps, the last first. If one fails, it goes on with the others.
 * @returns the error to throw: the cause itself if everything was restored
 */
export function runRollbacks(cause: unknown, ways: readonly Rollback[]): unknown {
  const left: string[] = [];
  for (const back of [...ways].reverse()) {
    try {
      const changed = back();
      left.push(...changed.map((path) => `${path}, which changed meanwhile`));
    } catch (error) {
      left.push(error instanceof Error ? error.message : String(error));
    }
  }
  return left.length === 0 ? cause : new NotRestoredError(cause, left);
}
