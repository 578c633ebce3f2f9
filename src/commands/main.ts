import { join } from 'node:path';
import yargs from 'yargs';
import { OVERSIGHT_LEVELS } from '../atlas/infer-oversight.js';
import { AI_TASKS } from '../atlas/vocabulary.js';
import { EXIT, ExpectedError, isTooDeep, UsageError } from '../core/errors.js';
import { Disk } from '../project/disk.js';
import { CHECK_FLAGS, readCheckOptions } from './check-options.js';
import {
  DOCTOR_FLAGS,
  FLAGS,
  INIT_FLAGS,
  type Options,
  parseLayers,
  parsePairs,
  parseRegistrars,
  SET_UP_FLAGS,
} from './options.js';
import { openTerminal, outliveReaders, type Terminal } from './terminal.js';
import { requireMeant, requireOnce } from './words.js';

type Command = (options: Options, terminal: Terminal, disk: Disk) => Promise<number>;

/** Every command is loaded when it is called, and not before. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
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
  const run = (name: string) => async (words: Record<string, unknown>) => {
    requireOnce(words);
    const options = readOptions(words);
    const load = COMMANDS[name] as () => Promise<Command>;
    const terminal = openTerminal({ yes: options.yes, json: options.format !== 'pretty' });
    code = await (await load())(options, terminal, disk);
  };
  try {
    requireMeant(argv);
    await commandLine(argv, version, run).parseAsync();
    return code;
  } catch (error) {
    return report(
      error,
      argv.find((word) => Object.hasOwn(COMMANDS, word)) === 'check',
      openTerminal({ json: false, yes: true }),
    );
  }
}

/** What `--help` prints. The build keeps it in a file, since loading yargs takes longer than all else it does. */
export function helpText(version: string): Promise<string> {
  return commandLine([], version, () => async () => {}).getHelp();
}

type Run = (name: string) => (words: Record<string, unknown>) => Promise<void>;

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
      (y) => y.positional('dir', dir).options(SET_UP_FLAGS).options(INIT_FLAGS),
      run('init'),
    )
    .command(
      'check [dir]',
      'Tell what is not set up; for CI. Exits 0 without errors, 1 with errors, 2 when it could not look',
      (y) => y.positional('dir', dir).options(SET_UP_FLAGS).options(CHECK_FLAGS),
      run('check'),
    )
    .command('remove [dir]', 'Undo what init did', (y) => y.positional('dir', dir), run('remove'))
    .command(
      'doctor [dir]',
      'Tell why no traces show up, and what to do next. Exits 1 when something is wrong',
      (y) => y.positional('dir', dir).options(SET_UP_FLAGS).options(DOCTOR_FLAGS),
      run('doctor'),
    )
    .options(FLAGS)
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

function readOptions(words: Record<string, unknown>): Options {
  const cwd = words['cwd'] as string | undefined;
  const dir = words['dir'] as string;
  const packages = words['packages'] as string | undefined;
  const runtime = words['runtime'] as Options['runtime'];
  if (runtime === 'packages' && packages === undefined) {
    throw new UsageError('--runtime packages needs a folder.', 'Add: --packages <folder of tarballs>');
  }
  if (words['config'] !== undefined && words['worker'] !== undefined) {
    throw new UsageError('--config and --worker both say which Worker.', 'Give one of them.');
  }
  return {
    dir: cwd === undefined ? dir : join(cwd, dir),
    yes: words['yes'] as boolean,
    dryRun: words['dry-run'] as boolean,
    json: words['json'] as boolean,
    install: words['install'] as boolean,
    force: words['force'] as boolean,
    allFiles: words['all-files'] as boolean,
    layers: parseLayers(words['layers'] as string | undefined),
    sampling: words['sampling'] as number | undefined,
    runtime,
    packages,
    config: words['config'] as string | undefined,
    workers: (words['worker'] as string[] | undefined) ?? [],
    redactQueryString: words['redact-query-string'] as boolean | undefined,
    keepDisabled: words['keep-disabled'] as boolean | undefined,
    nodejsCompat: words['nodejs-compat'] as boolean,
    local: words['local'] as boolean | undefined,
    ci: words['ci'] as Options['ci'],
    tasks: parsePairs('task', words['task'] as string[] | undefined, AI_TASKS),
    oversight: parsePairs('oversight', words['oversight'] as string[] | undefined, OVERSIGHT_LEVELS),
    registrars: parseRegistrars(words['registrar'] as string[] | undefined),
    env: words['env'] as string | undefined,
    allowNoTools: words['allow-no-tools'] === true,
    offline: words['offline'] === true,
    ...readCheckOptions(words),
  };
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
