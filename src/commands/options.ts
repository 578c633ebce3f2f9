import { join } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { Format } from './flag-values.js';
import { ANSWER_FLAGS, FLAGS, type FlagOptions } from './flags.js';

/** The validated command line. A flag that was not given is undefined, or has its default. */
export interface Options extends FlagOptions {
  /** The project's folder. */
  readonly dir: string;
  readonly format: Format;
  /** The arguments after the program's name, as typed. */
  readonly words: readonly string[];
  /** The given flags that answer a question, by name, with yargs' values. */
  readonly given: GivenFlags;
}

export type GivenFlags = Readonly<Record<string, unknown>>;

/**
 * @param words the values from yargs, by the flags' names
 * @throws UsageError for invalid values, and for flags that exclude each other
 */
export function readOptions(words: Readonly<Record<string, unknown>>, argv: readonly string[]): Options {
  const flags = Object.fromEntries(
    Object.entries(FLAGS).map(([name, flag]) => [
      flag.option,
      flag.read(words['flag' in flag ? flag.flag : name]),
    ]),
  ) as FlagOptions;
  refuseTogether(flags, words);
  const dir = (words['dir'] as string | undefined) ?? '.';
  return {
    ...flags,
    dir: flags.cwd === undefined ? dir : join(flags.cwd, dir),
    words: argv,
    given: Object.fromEntries(
      Object.entries(words).filter(([name, value]) => ANSWER_FLAGS.has(name) && value !== undefined),
    ),
    format: flags.format ?? (flags.json ? 'json' : 'pretty'),
  };
}

function refuseTogether(flags: FlagOptions, words: Readonly<Record<string, unknown>>): void {
  if (flags.runtime === 'packages' && flags.packages === undefined) {
    throw new UsageError('--runtime packages needs a folder.', 'Add: --packages <folder of tarballs>');
  }
  if (flags.config !== undefined && flags.workers.length > 0) {
    throw new UsageError('--config and --worker both choose a Worker.', 'Use only one of them.');
  }
  if (flags.json && flags.format !== undefined && flags.format !== 'json') {
    throw new UsageError(
      `--json and --format ${flags.format} both set the output format.`,
      'Use only one of them.',
    );
  }
  if (flags.fix && flags.since !== undefined) {
    throw new UsageError('--fix changes all files, but --since checks only some.', 'Use only one of them.');
  }
  if (flags.fix && flags.baseline !== undefined) {
    throw new UsageError(
      '--fix fixes every finding, but --baseline hides the old ones.',
      'Use only one of them.',
    );
  }
  if (flags.fix && flags.dryRun) {
    throw new UsageError('--fix writes files, but --dry-run does not.', 'For the patch: init --dry-run');
  }
  if (flags.plan === undefined) return;
  const other = Object.keys(words).find((name) => ANSWER_FLAGS.has(name) && words[name] !== undefined);
  if (other !== undefined) {
    throw new UsageError(
      `The plan file has all answers, so --${other} can't be used with it.`,
      `Make a new plan with it: init --detect --json --${other} … > ${flags.plan}`,
    );
  }
  if (flags.detect) {
    throw new UsageError('--detect makes a plan, but --plan applies one.', 'Use only one of them.');
  }
}
