import { ERROR_CODES, EXIT, EXIT_MEANINGS } from '../core/error-codes.js';
import { COMMAND_TABLE } from './command-table.js';
import { COMMAND_NAMES, type CommandName, flagsOf } from './flags.js';
import type { Options } from './options.js';
import { PROGRAM } from './program.js';
import type { Terminal } from './terminal.js';

/** Version of the JSON that `commands --json` prints. */
const SCHEMA_VERSION = 1;

/** `commands`: lists the commands and flags, from the tables that define them. */
export async function commands({ json }: Options, terminal: Terminal): Promise<number> {
  if (json) terminal.print(JSON.stringify(described(), null, 2));
  else for (const name of COMMAND_NAMES) show(name, terminal);
  return EXIT.ok;
}

function show(name: CommandName, terminal: Terminal): void {
  const { summary, examples } = COMMAND_TABLE[name];
  terminal.say(`${terminal.paint('bold', name)}  ${summary}`);
  for (const [words, what] of examples) terminal.say(`  ${PROGRAM} ${words}   ${what}`);
}

function described() {
  return {
    schemaVersion: SCHEMA_VERSION,
    program: PROGRAM,
    commands: COMMAND_NAMES.map((name) => {
      const { summary, takesFolder, exits, examples } = COMMAND_TABLE[name];
      return {
        name,
        summary,
        usage: `${PROGRAM} ${name}${takesFolder ? ' [dir]' : ''}`,
        flags: Object.entries(flagsOf(name)).map(([flag, how]) => describedFlag(flag, how)),
        exitCodes: exits.map((exit) => EXIT[exit]).sort((a, b) => a - b),
        examples: examples.map(([words, what]) => ({ command: `${PROGRAM} ${words}`, what })),
      };
    }),
    exitCodes: Object.entries(EXIT).map(([name, code]) => ({
      code,
      name,
      meaning: EXIT_MEANINGS[name as keyof typeof EXIT],
    })),
    errors: Object.entries(ERROR_CODES).map(([code, { exit, retryable }]) => ({
      code,
      exitCode: EXIT[exit],
      retryable,
    })),
  };
}

/** The type of a flag for yargs. */
interface HowRead {
  readonly type?: 'string' | 'boolean' | 'number';
  readonly alias?: string;
  readonly array?: boolean;
  readonly choices?: readonly string[];
  readonly default?: string | boolean;
  readonly describe: string;
}

function describedFlag(name: string, { type, alias, array, choices, describe, ...more }: HowRead) {
  const kind = type ?? 'string';
  return {
    name: `--${name}`,
    alias: alias === undefined ? null : `-${alias}`,
    type: kind,
    repeatable: array === true,
    choices: choices ?? null,
    default: more.default ?? null,
    description: describe,
  };
}
