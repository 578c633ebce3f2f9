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
  planOutdated: 11,
  usage: 64,
  bug: 70,
  cancelled: 130,
} as const;

/** Meanings of the exit codes. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done, or nothing to do. check: no errors. doctor: nothing is wrong.',
  findings: 'check: there are errors, or more warnings than --max-warnings. doctor: something is wrong.',
  couldNotCheck: 'check could not run; the error names the cause.',
  noConfig: 'There is no Wrangler config.',
  configSyntax: 'A config, observe.json or a plan file cannot be read.',
  sourceSyntax: 'A source file does not parse.',
  dirtyTree: 'There are uncommitted changes.',
  notWritable: 'A file cannot be read or written.',
  installFailed: 'The install failed. Everything was restored.',
  changedMeanwhile: 'A file changed while the command ran. Everything was restored.',
  noTools: 'No tool was found in this MCP server.',
  planOutdated: 'The project changed after the plan was made. Nothing was changed.',
  usage: 'The command line is invalid, or Node is too old.',
  bug: 'A bug in the program.',
  cancelled: 'The command was stopped. Nothing was changed, or everything was restored.',
};

interface Cause {
  readonly exit: keyof typeof EXIT;
  /** True if the same command may succeed on a second run. */
  readonly retryable: boolean;
}

/** The codes of `error.code` in `--json`. They are stable, because scripts and agents depend on them. */
export const ERROR_CODES = {
  'no-config': { exit: 'noConfig', retryable: false },
  'config-syntax': { exit: 'configSyntax', retryable: false },
  'source-syntax': { exit: 'sourceSyntax', retryable: false },
  'too-deep': { exit: 'sourceSyntax', retryable: false },
  'dirty-tree': { exit: 'dirtyTree', retryable: false },
  'not-writable': { exit: 'notWritable', retryable: false },
  'not-readable': { exit: 'notWritable', retryable: false },
  'install-failed': { exit: 'installFailed', retryable: true },
  'changed-meanwhile': { exit: 'changedMeanwhile', retryable: true },
  'no-tools': { exit: 'noTools', retryable: false },
  'plan-outdated': { exit: 'planOutdated', retryable: false },
  usage: { exit: 'usage', retryable: false },
  'proof-failed': { exit: 'bug', retryable: false },
  'not-put-back': { exit: 'bug', retryable: false },
  bug: { exit: 'bug', retryable: false },
  cancelled: { exit: 'cancelled', retryable: true },
} as const satisfies Readonly<Record<string, Cause>>;

export type ErrorCode = keyof typeof ERROR_CODES;
