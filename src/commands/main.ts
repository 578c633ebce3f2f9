import yargs from 'yargs';
import { EXIT, ExpectedError, isTooDeep, UsageError } from '../core/errors.js';
import { Disk } from '../project/disk.js';
import { prepareCompiler } from './compiler-cache.js';
import { type CommandName, flagsOf } from './flags.js';
import { type Options, readOptions } from './options.js';
import { openTerminal, outliveReaders, type Terminal } from './terminal.js';
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
  prepareCompiler();
  let code: number = EXIT.ok;
  let called: unknown;
  const run = (name: CommandName) => async (words: Record<string, unknown>) => {
    requireOnce(words);
    const options = readOptions(words);
    const terminal = openTerminal({ yes: options.yes, json: options.format !== 'pretty' });
    code = await (await COMMANDS[name]())(options, terminal, disk);
  };
  try {
    await commandLine(argv, version, run)
      // Before yargs judges the words, so that what it refuses ends with the command's own exit code.
      .middleware(({ _: [first] }) => {
        called = first;
        requireMeant(argv);
      }, true)
      .parseAsync();
    return code;
  } catch (error) {
    return report(error, called === 'check', openTerminal({ json: false, yes: true }));
  }
}

/** What `--help` prints. The build keeps it in a file, since loading yargs takes longer than all else it does. */
export function helpText(version: string): Promise<string> {
  return commandLine([], version, () => async () => {}).getHelp();
}

type Run = (name: CommandName) => (words: Record<string, unknown>) => Promise<void>;

/** A flag has one spelling, and a dot in a name no meaning; what is behind `--` would be passed over. */
const SPELLING = { 'camel-case-expansion': false, 'dot-notation': false, 'populate--': true } as const;

function commandLine(argv: readonly string[], version: string, run: Run) {
  const dir = { type: 'string', describe: 'The project’s folder', default: '.' } as const;
  return yargs([...argv])
    .scriptName('create-something-observe')
    .usage('$0 [dir]\n\nSets up observability for an MCP server on Cloudflare Workers.')
    .command(
      ['init [dir]', '$0 [dir]'],
      'Set up tracing, Langfuse and Loom',
      (y) => y.positional('dir', dir).options(flagsOf('init')),
      run('init'),
    )
    .command(
      'check [dir]',
      'Tell what is not set up; for CI. Exits 0 without errors, 1 with errors, 2 when it could not look',
      (y) => y.positional('dir', dir).options(flagsOf('check')),
      run('check'),
    )
    .command(
      'remove [dir]',
      'Undo what init did',
      (y) => y.positional('dir', dir).options(flagsOf('remove')),
      run('remove'),
    )
    .command(
      'doctor [dir]',
      'Tell why no traces show up, and what to do next. Exits 1 when something is wrong',
      (y) => y.positional('dir', dir).options(flagsOf('doctor')),
      run('doctor'),
    )
    .parserConfiguration(SPELLING)
    .strict()
    .version(version)
    .alias({ version: 'v', help: 'h' })
    .wrap(null)
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw isAboutWords(error) ? new UsageError(message, 'See: create-something-observe --help') : error;
    });
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
