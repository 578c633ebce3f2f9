import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import yargs, { type ArgumentsCamelCase, type Argv } from 'yargs';
import { complete } from './commands/completion.js';
import { translateEarlier } from './commands/earlier.js';
import { examplesText } from './commands/examples.js';
import { nearest } from './commands/nearest.js';
import { checked } from './commands/option-checks.js';
import type { GlobalArgs } from './commands/spec.js';
import { COMMANDS, commandName, type Group, type Leaf } from './commands/table.js';
import { EXIT, LoomError } from './errors.js';
import { print, printError, show } from './output.js';
import { packageVersion } from './package.js';
import { explain } from './store/open.js';

/** Maximum width of help; yargs wraps it. */
const MOST_COLUMNS = 80;

/** Argument with which yargs' completion script calls us. */
const COMPLETION_FLAG = '--get-yargs-completions';

/** Runs `lm` with these arguments and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === COMPLETION_FLAG) {
    // The words of the command line come with our own name first. yargs itself would run the command's checks.
    process.stdout.write(`${(await complete(argv.slice(2), process.cwd())).join('\n')}\n`);
    return EXIT.ok;
  }
  let exitCode: number = EXIT.ok;
  /** The options of the current command. */
  let known: readonly string[] = [];
  /** How the command at hand is called. */
  let usage = '';
  const json = argv.some((arg) => /^--json(=true)?$/.test(arg));
  const parser = yargs()
    .scriptName('lm')
    .usage('$0 <command>\n\nAgent sessions, issues, routing and cost, in .loom/loom.db.')
    .detectLocale(false)
    .option('json', { type: 'boolean', default: false, describe: 'Print JSON', global: true })
    .option('cwd', {
      type: 'string',
      default: '.',
      coerce: (path: string) => resolve(path),
      describe: 'Folder to work in',
      global: true,
    })
    .version(packageVersion())
    .completion('completion', 'Print a shell completion script')
    .check(({ cwd }) => {
      // With a wrong folder, `init` would create it, and other commands would use the project above it.
      if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
        throw new LoomError(`There is no folder "${cwd}".`, 'Pass an existing folder to --cwd.', EXIT.usage);
      }
      return true;
    })
    .demandCommand(1, 'Name a command.')
    .strict()
    .recommendCommands()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new LoomError(plainly(message, usage), usageFix(message, known, usage), EXIT.usage);
    });
  const columns = () => Math.min(parser.terminalWidth() ?? MOST_COLUMNS, MOST_COLUMNS);
  const add = (to: Argv<GlobalArgs>, leaf: Leaf, group = ''): Argv<GlobalArgs> =>
    to.command({
      command: leaf.usage,
      describe: leaf.describe,
      builder: async (inner: Argv<GlobalArgs>) => {
        usage = `lm ${group} ${leaf.usage.replace('$0 ', '')}`.replace('  ', ' ');
        const built = checked((await leaf.load()).builder(inner)).epilogue(
          examplesText([commandName(leaf.usage, group)], columns()),
        );
        // yargs forgets the options before it reports an unknown argument.
        known = Object.keys((built as unknown as WithOptions).getOptions().key);
        return built;
      },
      handler: async (args: ArgumentsCamelCase<GlobalArgs>) => {
        const outcome = await (await leaf.load()).run(args);
        exitCode = outcome.exitCode ?? EXIT.ok;
        await show(outcome, json);
      },
      // yargs types builders as synchronous here, and awaits them all the same under parseAsync.
    } as never);
  if (isOption(argv[0])) {
    parser.epilogue(examplesText());
  }
  for (const entry of COMMANDS) {
    if (isGroup(entry)) {
      parser.command({
        command: entry.usage,
        describe: entry.describe,
        builder: (inner: Argv<GlobalArgs>) => {
          const all = entry.commands.reduce((to, one) => add(to, one, entry.usage), inner);
          const names = entry.commands.map(({ usage }) => commandName(usage, entry.usage));
          // A subcommand adds its own examples.
          if (isOption(argv[1]) && !names.includes(entry.usage)) {
            inner.epilogue(examplesText(names, columns()));
          }
          // A group with a default command reports its own requirements.
          return entry.commands.some(({ usage }) => usage.startsWith('$0'))
            ? all
            : all.demandCommand(1, `Add a command: lm ${entry.usage} <command>.`);
        },
        handler: () => {},
      } as never);
    } else {
      add(parser as Argv<GlobalArgs>, entry);
    }
  }
  try {
    let said = '';
    await parser.parseAsync(withStdinArguments(translateEarlier(argv)), {}, (_error, _args, output) => {
      said = output;
    });
    if (said !== '') {
      // Help, version and the completion script are printed by yargs.
      print({ data: { text: said }, text: said }, json);
    }
    return exitCode;
  } catch (thrown) {
    const error = explain('.loom/loom.db', thrown);
    if (error instanceof LoomError) {
      printError(error, json);
      return error.exitCode;
    }
    process.stderr.write(`This is a bug in lm. Please report it:\n${(error as Error).stack}\n`);
    if (json) {
      const says = `This is a bug in lm: ${(error as Error).message}`;
      printError(new LoomError(says, 'Please report it with the output on stderr.', EXIT.bug), json);
    }
    return EXIT.bug;
  }
}

/** True if the command line has no command. */
function isOption(word: string | undefined): boolean {
  return word === undefined || word.startsWith('-');
}

/** The part of a yargs parser that lists the options of its command. */
interface WithOptions {
  getOptions(): { readonly key: Readonly<Record<string, unknown>> };
}

/** yargs counts arguments; a person wants their names. */
function plainly(message: string, usage: string): string {
  return message.startsWith('Not enough non-option arguments') ? `An argument is missing: ${usage}` : message;
}

function usageFix(message: string, known: readonly string[], usage: string): string {
  const [, unknown] = /^Unknown arguments?: ([^,]*)/.exec(message) ?? [];
  const meant = unknown === undefined ? undefined : nearest(unknown, known);
  const [command] = usage.split(/ *[<[]/);
  const help = usage === '' ? 'Run `lm --help` for the commands.' : `Run \`${command} --help\` to see more.`;
  return meant === undefined ? help : `Did you mean --${meant}? ${help}`;
}

/** yargs does not accept a single `-` as an option's value, although it commonly means stdin. */
function withStdinArguments(argv: readonly string[]): string[] {
  return argv.flatMap((arg, at) => {
    if (arg === '-' && /^--[^=]+$/.test(argv[at - 1] ?? '')) {
      return [];
    }
    return [argv[at + 1] === '-' && /^--[^=]+$/.test(arg) ? `${arg}=-` : arg];
  });
}

function isGroup(entry: Leaf | Group): entry is Group {
  return 'commands' in entry;
}
