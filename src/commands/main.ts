import { resolve } from 'node:path';
import yargs from 'yargs';
import { EXIT } from '../core/error-codes.js';
import { Disk } from '../project/disk.js';
import { COMMAND_TABLE } from './command-table.js';
import { examplesText } from './examples-text.js';
import { COMMAND_NAMES, type CommandName, flagsOf } from './flags.js';
import { type Options, readOptions } from './options.js';
import { PROGRAM } from './program.js';
import { reportError, wantsJson } from './report-error.js';
import { openTerminal, outliveReaders, type Terminal } from './terminal.js';
import { misspelledCommand, unknownWords, withOwnSpelling } from './unknown-words.js';
import { rejectMisreadArguments, requireOnce } from './words.js';

type Command = (options: Options, terminal: Terminal, disk: Disk) => Promise<number>;

/** Each command is loaded on its first use. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  init: async () => (await import('./init.js')).init,
  check: async () => (await import('./check.js')).check,
  remove: async () => (await import('./remove.js')).remove,
  doctor: async () => (await import('./doctor.js')).doctor,
  commands: async () => (await import('./commands.js')).commands,
};

/**
 * Runs the command line and returns its exit code. No other code ends the process.
 * @param argv the arguments after the program's name
 * @param disk the disk that projects are read from
 */
export async function main(argv: readonly string[], version: string, disk = new Disk()): Promise<number> {
  outliveReaders();
  let code: number = EXIT.ok;
  let called = 'init' as CommandName;
  let hasPrinted = false;
  const own = withOwnSpelling(argv);
  const run = (name: CommandName) => async (words: Record<string, unknown>) => {
    requireOnce(words);
    const options = readOptions(words, own);
    const isBare = (words['_'] as readonly unknown[]).length === 0;
    const misspelled = isBare && !disk.isFolder(resolve(options.dir)) && misspelledCommand(options.dir);
    if (misspelled) throw misspelled;
    const { yes, format, dryRun, detect, plan } = options;
    const asksNothing = yes || detect || plan !== undefined;
    const opened = openTerminal({ yes: asksNothing, json: format !== 'pretty', dryRun });
    const print = (text: string) => {
      hasPrinted = true;
      opened.print(text);
    };
    const terminal = { ...opened, print };
    code = await (await COMMANDS[name]())(options, terminal, disk);
  };
  try {
    await commandLine(own, version, run, () => called)
      // This runs before yargs checks the arguments, so that invalid ones end with the command's own exit
      // code.
      .middleware(({ _: [first] }) => {
        called = COMMAND_NAMES.find((name) => name === first) ?? 'init';
        rejectMisreadArguments(own);
      }, true)
      .parseAsync();
    return code;
  } catch (error) {
    return reportError(error, { isCheck: called === 'check', json: wantsJson(own) && !hasPrinted });
  }
}

/** Output of `--help`. The build stores it in a file, because loading yargs takes longer than everything else. */
export function helpText(version: string): Promise<string> {
  return commandLine(
    [],
    version,
    () => async () => {},
    () => 'init',
  ).getHelp();
}

type Run = (name: CommandName) => (words: Record<string, unknown>) => Promise<void>;

/** A flag has one spelling, and a dot in a name has no meaning. yargs would skip arguments after `--`. */
const SPELLING = { 'camel-case-expansion': false, 'dot-notation': false, 'populate--': true } as const;

function commandLine(argv: readonly string[], version: string, run: Run, called: () => CommandName) {
  const dir = { type: 'string', describe: 'The project’s folder', default: '.' } as const;
  const program = yargs([...argv])
    .scriptName(PROGRAM)
    .usage('$0 [dir]\n\nSets up observability for an MCP server on Cloudflare Workers.')
    .parserConfiguration(SPELLING)
    .strict()
    .version(version)
    .alias({ version: 'v', help: 'h' })
    .wrap(width())
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw isAboutWords(error) ? unknownWords(message, called()) : error;
    });
  for (const name of COMMAND_NAMES) {
    program.command(
      usageOf(name),
      COMMAND_TABLE[name].summary,
      (y) =>
        (COMMAND_TABLE[name].takesFolder ? y.positional('dir', dir) : y)
          .options(flagsOf(name))
          .epilogue(afterFlags(name, argv)),
      run(name),
    );
  }
  return program;
}

function usageOf(name: CommandName): string | string[] {
  if (!COMMAND_TABLE[name].takesFolder) return name;
  // Default action without a command.
  return name === 'init' ? [`${name} [dir]`, '$0 [dir]'] : `${name} [dir]`;
}

/** Examples and a pointer. Help of the program itself has one example of each command, too. */
function afterFlags(name: CommandName, argv: readonly string[]): string {
  const others = COMMAND_NAMES.filter((one) => one !== name);
  const isProgram = name === 'init' && !argv.includes(name);
  const examples = [
    ...COMMAND_TABLE[name].examples,
    ...(isProgram ? others.flatMap((one) => COMMAND_TABLE[one].examples.slice(0, 1)) : []),
  ].map(([words, what]) => [`${PROGRAM} ${words}`, what] as const);
  return `${examplesText(examples, width() ?? undefined)}\n\nExit codes: docs/guides/exit-codes.md`;
}

/** The width of help: the terminal's, up to a width that is easy to read. */
function width(): number | null {
  const { columns, isTTY } = process.stdout;
  return isTTY && columns > 0 ? Math.min(columns, 120) : null;
}

/** Yargs' own errors are about the arguments; any other error is ours. */
function isAboutWords(error: Error | undefined): boolean {
  return error === undefined || error.name === 'YError';
}
