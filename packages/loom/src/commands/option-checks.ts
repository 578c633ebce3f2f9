import type { Argv } from 'yargs';
import { EXIT, LoomError } from '../errors.js';
import type { GlobalArgs } from './spec.js';

/** The method exists, but its type is missing in yargs. */
interface Described {
  getOptions(): {
    readonly key: Record<string, unknown>;
    readonly choices: Record<string, readonly string[]>;
    readonly array: readonly string[];
    readonly number: readonly string[];
  };
}

/** A command's arguments, as declared to yargs. */
export function describedOptions(of: Argv<GlobalArgs>): ReturnType<Described['getOptions']> {
  return (of as unknown as Described).getOptions();
}

/** Rejects input that yargs accepts: a repeated option (which becomes a list), and an invalid number. */
export function checked(of: Argv<GlobalArgs>): Argv<GlobalArgs> {
  const { key, array, number } = describedOptions(of);
  const names = Object.keys(key).filter((name) => name.length > 1);
  return of.check((args) => {
    for (const name of names) {
      if (Array.isArray(args[name]) && !array.includes(name)) {
        throw new LoomError(`--${name} appears more than once.`, 'Use it once.', EXIT.usage);
      }
      if (number.includes(name) && Number.isNaN(args[name])) {
        throw new LoomError(
          `--${name} must be a number.`,
          'Run the command with --help to see more.',
          EXIT.usage,
        );
      }
    }
    return true;
  });
}

/** A whole number above 0, such as a limit. */
export function readCount(name: string, count: number): number {
  if (!Number.isInteger(count) || count < 1) {
    throw new LoomError(
      `--${name} must be a whole number above 0.`,
      'Remove it to use the default.',
      EXIT.usage,
    );
  }
  return count;
}
