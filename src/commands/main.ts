import { resolve } from 'node:path';
import yargs from 'yargs';
import { EXIT, ExpectedError, isTooDeep } from '../core/errors.js';
import { Disk } from '../project/disk.js';
import { EXAMPLES } from './examples.js';
import { COMMAND_NAMES, type CommandName, flagsOf } from './flags.js';
import { type Options, readOptions } from './options.js';
import { openTerminal, outliveReaders, type Terminal } from './terminal.js';
import { misspelledCommand, unknownWords, withOwnSpelling } from './unknown-words.js';
import { requireMeant, requireOnce } from './words.js';

type Command = (options: Options, terminal: Terminal, disk: Disk) => Promise<number>;

/** Every command is loaded when it is called, and not before. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  init: async () => (await import('./init.js')).init,
  check: async () => (await import('./check.js')).check,
  remove: async () => (await import('./remove.js')).remove,
  doctor: async () => (await import('./doctor.js')).doctor,
};

/**
 * Runs the command line and gives its exit code. Nothing else in the program ends the process.
 * @param argv the words behind the program's name
 * @param disk what projects are read from
 */
export async function main(argv: readonly string[], version: string, disk = new Disk()): Promise<number> {
  outliveReaders();
  let code: number = EXIT.ok;
  let called = 'init' as CommandName;
  const own = withOwnSpelling(argv);
  const run = (name: CommandName) => async (words: Record<string, unknown>) => {
    requireOnce(words);
    const options = readOptions(words, own);
    const isBare = (words['_'] as readonly unknown[]).length === 0;
    const misspelled = isBare && !disk.isFolder(resolve(options.dir)) && misspelledCommand(options.dir);
    if (misspelled) throw misspelled;
    const { yes, format, dryRun } = options;
    const terminal = openTerminal({ yes, json: format !== 'pretty', dryRun });
    code = await (await COMMANDS[name]())(options, terminal, disk);
  };
  try {
    await commandLine(own, version, run, () => called)
      // Before yargs judges the words, so that what it refuses ends with the command's own exit code.
      .middleware(({ _: [first] }) => {
        called = COMMAND_NAMES.find((name) => name === first) ?? 'init';
        requireMeant(own);
      }, true)
      .parseAsync();
    return code;
  } catch (error) {
    return report(error, called === 'check', openTerminal({ json: false, yes: true }));
  }
}

/** What `--help` prints. The build keeps it in a file, since loading yargs takes longer than all else it does. */
export function helpText(version: string): Promise<string> {
  return commandLine(
    [],
    version,
    () => async () => {},
    () => 'init',
  ).getHelp();
}

type Run = (name: CommandName) => (words: Record<string, unknown>) => Promise<void>;

/** A flag has one spelling, and a dot in a name no meaning; what is behind `--` would be passed over. */
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
    .example(examples(['init', 'check', 'remove', 'doctor'], 1))
    .epilogue(EPILOGUE)
    .wrap(width())
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw isAboutWords(error) ? unknownWords(message, called()) : error;
    });
  for (const name of COMMAND_NAMES) {
    program.command(
      // What the program does where no command is named.
      name === 'init' ? [`${name} [dir]`, '$0 [dir]'] : `${name} [dir]`,
      SUMMARIES[name],
      (y) =>
        y
          .positional('dir', dir)
          .options(flagsOf(name))
          .example(examples([name]))
          .epilogue(EPILOGUE),
      run(name),
    );
  }
  return program;
}

const PROGRAM = 'create-something-observe';
const EPILOGUE = 'What each exit code means: docs/guides/exit-codes.md';

const SUMMARIES: Readonly<Record<CommandName, string>> = {
  init: 'Set up tracing, Langfuse and Loom',
  check: 'Tell what is not set up; for CI. Exits 0 without errors, 1 with errors, 2 when it could not look',
  remove: 'Undo what init did',
  doctor: 'Tell why no traces show up, and what to do next. Exits 1 when something is wrong',
};

/** The examples of commands, as yargs takes them. */
function examples(names: readonly CommandName[], most = Number.POSITIVE_INFINITY): [string, string][] {
  return names.flatMap((name) =>
    EXAMPLES[name].slice(0, most).map(([words, what]) => [`$0 ${words}`, what] as [string, string]),
  );
}

/** Columns for help: those of the terminal, up to what is read with ease. A file or a pipe has none. */
function width(): number | null {
  const { columns, isTTY } = process.stdout;
  return isTTY && columns > 0 ? Math.min(columns, 120) : null;
}

/** What yargs itself has to say is about the words given; any other error is ours. */
function isAboutWords(error: Error | undefined): boolean {
  return error === undefined || error.name === 'YError';
}

function report(error: unknown, isCheck: boolean, terminal: Terminal): number {
  if (error instanceof ExpectedError) {
    const { file, line, message } = error;
    const place = line === undefined ? file : `${file}:${line}`;
    // Most words about a file as a whole begin with its name already.
    const head = file === undefined || message.startsWith(`${place} `) ? '' : `${place} - `;
    terminal.complain(`${terminal.paint('red', '✖')} ${head}${message}\n  ${error.fix}`);
    return isCheck ? EXIT.couldNotCheck : error.exitCode;
  }
  if (isTooDeep(error)) {
    terminal.complain(
      `${terminal.paint('red', '✖')} A file of this project is nested too deeply to be read.\n  Nothing was changed. Look at package.json, tsconfig.json and observe.json.`,
    );
    return isCheck ? EXIT.couldNotCheck : EXIT.sourceSyntax;
  }
  const refused = refusedBySystem(error);
  if (refused !== undefined) {
    terminal.complain(`${terminal.paint('red', '✖')} ${refused}`);
    return isCheck ? EXIT.couldNotCheck : EXIT.notWritable;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.complain(
    `${terminal.paint('red', '✖')} That is a fault of ours, not yours. Please report it with these lines:\n${details}`,
  );
  return isCheck ? EXIT.couldNotCheck : EXIT.bug;
}

/** What the system would not let us read; undefined for any other error. */
function refusedBySystem(error: unknown): string | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof code !== 'string' || syscall === undefined) {
    return undefined;
  }
  const why = { EACCES: 'you may not', EPERM: 'you may not', EISDIR: 'it is a folder' }[code] ?? code;
  return `${path ?? 'A file of this project'} can’t be read: ${why}.\n  Run this as the user who owns the project, and see that it is a plain file. Nothing was changed.`;
}
