import { join } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { Format } from './flag-values.js';
import { FLAGS, type FlagOptions } from './flags.js';

/** What the command line said, checked. A flag that was not given is undefined, or has its default. */
export interface Options extends FlagOptions {
  /** The project's folder. */
  readonly dir: string;
  readonly format: Format;
  /** The words behind the program's name, as typed. */
  readonly words: readonly string[];
}

/**
 * @param words what yargs read, by the flags' own names
 * @throws UsageError for values, and for flags together, that can't be meant
 */
export function readOptions(words: Readonly<Record<string, unknown>>, argv: readonly string[]): Options {
  const flags = Object.fromEntries(
    Object.entries(FLAGS).map(([name, flag]) => [
      flag.option,
      flag.read(words['flag' in flag ? flag.flag : name]),
    ]),
  ) as FlagOptions;
  refuseTogether(flags);
  const dir = words['dir'] as string;
  return {
    ...flags,
    dir: flags.cwd === undefined ? dir : join(flags.cwd, dir),
    words: argv,
    format: flags.format ?? (flags.json ? 'json' : 'pretty'),
  };
}

function refuseTogether(flags: FlagOptions): void {
  if (flags.runtime === 'packages' && flags.packages === undefined) {
    throw new UsageError('--runtime packages needs a folder.', 'Add: --packages <folder of tarballs>');
  }
  if (flags.config !== undefined && flags.workers.length > 0) {
    throw new UsageError('--config and --worker both say which Worker.', 'Give one of them.');
  }
  if (flags.json && flags.format !== undefined && flags.format !== 'json') {
    throw new UsageError(`--json and --format ${flags.format} both say what to print.`, 'Give one of them.');
  }
  if (flags.fix && flags.since !== undefined) {
    throw new UsageError('--fix mends every file, --since looks at some.', 'Give one of them.');
  }
  if (flags.fix && flags.baseline !== undefined) {
    throw new UsageError(
      '--fix fixes every file, --baseline leaves findings as they are.',
      'Give one of them.',
    );
  }
  if (flags.fix && flags.dryRun) {
    throw new UsageError('--fix writes, --dry-run does not.', 'For the patch: init --dry-run');
  }
}
