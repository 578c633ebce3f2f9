/** Exit codes of `lm`, one for each cause. */
export const EXIT = {
  ok: 0,
  failed: 1,
  notFound: 3,
  conflict: 4,
  noLoom: 5,
  noSqlite: 6,
  database: 7,
  noKeys: 8,
  remote: 9,
  usage: 64,
  bug: 70,
} as const;

/** An expected failure, with the next step. */
export class LoomError extends Error {
  readonly fix: string;
  readonly exitCode: number;
  /** True if the same command may work when it runs again without changes. */
  readonly retryable: boolean;

  constructor(
    message: string,
    fix: string,
    exitCode: number = EXIT.failed,
    { retryable = false }: { readonly retryable?: boolean } = {},
  ) {
    super(message);
    this.retryable = retryable;
    this.name = 'LoomError';
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** Why a request failed. fetch puts the system's reason into the cause. */
export function networkReason(error: unknown): string {
  const { cause, message } = error as Error & { readonly cause?: Error };
  return cause?.message ?? message;
}
