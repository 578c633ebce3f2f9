import { UsageError } from '../core/errors.js';
import { COMMAND_NAMES, type CommandName, FLAGS, flagsOf } from './flags.js';
import { nearest } from './nearest.js';
import { PROGRAM } from './program.js';

/** Explains unknown arguments and suggests the likely one. */
export function unknownWords(message: string, command: CommandName): UsageError {
  const [, list] = /^Unknown arguments?: (.*)$/s.exec(message) ?? [];
  const help = `See: ${PROGRAM} ${command} --help`;
  const [first] = list?.split(', ') ?? [];
  if (first === undefined) return new UsageError(message, help);
  const flag = Object.entries(FLAGS).find(([name]) => name === first)?.[1];
  if (flag !== undefined) {
    const refused =
      'refused' in flag ? (flag.refused as Partial<Record<CommandName, Words>>)[command] : undefined;
    if (refused) return new UsageError(refused.message, refused.fix);
    return new UsageError(message, `${command} has no --${first}; ${listed(flag.of)}. ${help}`);
  }
  const meant = nearest(first, Object.keys(flagsOf(command)));
  return new UsageError(message, meant === undefined ? help : `Did you mean --${meant}? ${help}`);
}

interface Words {
  readonly message: string;
  readonly fix: string;
}

function listed(commands: readonly string[]): string {
  if (commands.length === 1) return `${commands[0]} has`;
  return `${commands.slice(0, -1).join(', ')} and ${commands.at(-1)} have`;
}

/** A folder that does not exist and looks like the name of a command. */
export function misspelledCommand(word: string): UsageError | undefined {
  const meant = nearest(word, COMMAND_NAMES);
  if (meant === undefined) return undefined;
  return new UsageError(
    `There is no command and no folder "${word}".`,
    `Did you mean ${meant}? See: ${PROGRAM} --help`,
  );
}

const CAMEL = /^--(?:no-?)?[a-z]+(?:[A-Z][a-z]+)+(?==|$)/;

/** Flags in camel case, `--dryRun`, in their correct spelling. Other words stay unchanged. */
export function withOwnSpelling(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((word, at) => {
    const [camel] = CAMEL.exec(word) ?? [];
    if (camel === undefined || (end !== -1 && at > end)) return word;
    const kebab = camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const name = kebab.replace(/^--(?:no-)?/, '');
    return Object.hasOwn(FLAGS, name) ? kebab + word.slice(camel.length) : word;
  });
}
