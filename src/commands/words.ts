import { UsageError } from '../core/errors.js';
import { FLAGS } from './flags.js';

const EVERY_FLAG = Object.entries(FLAGS).map(([name, flag]) => ({
  name: 'flag' in flag ? flag.flag : name,
  alias: 'alias' in flag.yargs ? flag.yargs.alias : undefined,
  isSwitch: 'type' in flag.yargs && flag.yargs.type === 'boolean',
  isList: 'array' in flag.yargs,
  isNumber: 'type' in flag.yargs && flag.yargs.type === 'number',
}));

const TEXTS = new Set(EVERY_FLAG.filter(({ isSwitch }) => !isSwitch).map(({ name }) => name as string));
const SWITCHES = new Set(EVERY_FLAG.filter(({ isSwitch }) => isSwitch).map(({ name }) => name as string));

/**
 * Rejects arguments that yargs would misread: `--dry-run=3` as no dry run, an unset variable as the default.
 * @throws UsageError for the first of them
 */
export function rejectMisreadArguments(argv: readonly string[]): void {
  for (const [at, word] of argv.entries()) {
    if (word === '') {
      throw new UsageError(
        'One of the arguments is empty. Perhaps a shell variable is not set.',
        'Give it a value, or remove it and its flag.',
      );
    }
    const [, dashes = '', name = '', value] = /^(--?)([A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
    if (value === '') throw new UsageError(`${dashes}${name} has no value.`, 'Give it one, or remove it.');
    const isSwitch = EVERY_FLAG.some(
      (flag) => flag.isSwitch && !TEXTS.has(flag.name) && (flag.name === name || flag.alias === name),
    );
    if (value !== undefined && isSwitch && value !== 'true' && value !== 'false') {
      throw new UsageError(
        `${dashes}${name} takes no value, but got "${value}".`,
        `Write ${dashes}${name} without a value, or remove it.`,
      );
    }
    const number = numberIn(name === '' ? word : `--${name}`, value ?? argv[at + 1]);
    if (number !== undefined) throw number;
    const plain = EVERY_FLAG.find(({ name }) => !SWITCHES.has(name) && word === `--no-${name}`);
    if (plain) throw new UsageError(`There is no flag ${word}.`, `Leave --${plain.name} out.`);
  }
}

/** yargs converts text to NaN, and its message would not contain the text. */
function numberIn(flag: string, value: string | undefined): UsageError | undefined {
  const isNumber = EVERY_FLAG.some((one) => one.isNumber && flag === `--${one.name}`);
  if (!isNumber || value === undefined || Number.isFinite(Number(value))) return undefined;
  return new UsageError(`${flag} takes a number, but was given "${value}".`, 'See --help for an example.');
}

/**
 * Arguments as yargs parsed them.
 * @throws UsageError for a flag that was repeated but may not be, and for arguments after `--`, which yargs
 * skips
 */
export function requireOnce(words: Readonly<Record<string, unknown>>): void {
  const twice = EVERY_FLAG.find(({ name, isList }) => !isList && Array.isArray(words[name]));
  if (twice) throw new UsageError(`--${twice.name} is given twice.`, 'Give it once.');
  const [first] = (words['--'] as readonly unknown[] | undefined) ?? [];
  if (first !== undefined) throw new UsageError(`Unknown argument: ${first}`, 'Leave out the -- before it.');
}
