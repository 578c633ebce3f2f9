import { EXIT } from '../core/error-codes.js';
import { ExpectedError } from '../core/errors.js';

/** Undoes one step, and reports files that it kept because they changed since. */
export type WayBack = () => readonly string[];

/** Something went wrong, and not all of it could be undone. */
class NotPutBackError extends ExpectedError {
  readonly code = 'not-put-back';
  readonly #exitCode: number;

  constructor(cause: unknown, left: readonly string[]) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(
      `${message}\n  Not put back: ${left.join('; ')}.`,
      'Look at `git status`, and restore the rest yourself.',
    );
    this.#exitCode = cause instanceof ExpectedError ? cause.exitCode : EXIT.bug;
  }

  override get exitCode(): number {
    return this.#exitCode;
  }
}

/**
 * Goes all ways back, the last first; one that fails keeps none of the others from being gone.
 * @returns what to throw: the cause itself, when everything is as it was
 */
export function putBack(cause: unknown, ways: readonly WayBack[]): unknown {
  const left: string[] = [];
  for (const back of [...ways].reverse()) {
    try {
      const changed = back();
      left.push(...changed.map((path) => `${path}, which changed meanwhile`));
    } catch (error) {
      left.push(error instanceof Error ? error.message : String(error));
    }
  }
  return left.length === 0 ? cause : new NotPutBackError(cause, left);
}
