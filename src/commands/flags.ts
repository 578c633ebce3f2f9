import { OVERSIGHT_LEVELS } from '../atlas/infer-oversight.js';
import { AI_TASKS } from '../atlas/vocabulary.js';
import { AGENT_FILES } from '../core/agent-files.js';
import { LAYERS } from '../core/layers.js';
import { RUNTIME_SOURCES } from '../core/record-schema.js';
import { SETTINGS } from '../core/rules.js';
import { CI_SERVICES } from '../scaffold/ci-services.js';
import {
  FORMATS,
  isOn,
  listOf,
  numberOf,
  oneOf,
  readAgentFiles,
  readFormat,
  readLayers,
  readMaxWarnings,
  readNames,
  readPairs,
  readRegistrars,
  readRules,
  readServer,
  switchOf,
  textOf,
} from './flag-values.js';

export const COMMAND_NAMES = ['init', 'check', 'remove', 'doctor', 'commands'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** Commands about a project. */
const EVERY = ['init', 'check', 'remove', 'doctor'] as const;
/** Commands that plan a set-up. `remove` needs no choices. */
const PLANNING = ['init', 'check', 'doctor'] as const;

/** Types for yargs: a flag with one text, and a flag that may be repeated. */
const TEXT = { type: 'string', requiresArg: true } as const;
const REPEATED = { type: 'string', array: true, requiresArg: true, nargs: 1 } as const;
const SWITCH = { type: 'boolean' } as const;

/**
 * Every flag: the commands that have it, how yargs reads it, and the option that the program sees. `refused` is the
 * message of a command that lacks the flag although people expect it. `about: 'run'` marks a flag that is not an
 * answer in a plan file.
 * Options, help, the checks of repeated flags and `docs/flags.md` all come from here.
 */
export const FLAGS = {
  yes: {
    about: 'run',
    of: EVERY,
    option: 'yes',
    read: isOn,
    yargs: {
      ...SWITCH,
      alias: 'y',
      describe:
        'Use the defaults without asking, write the files and run the install. Uncommitted changes still stop it',
    },
  },
  'dry-run': {
    about: 'run',
    of: EVERY,
    option: 'dryRun',
    read: isOn,
    yargs: { ...SWITCH, describe: 'Print the patch and write nothing' },
  },
  json: {
    about: 'run',
    of: COMMAND_NAMES,
    option: 'json',
    read: isOn,
    yargs: { ...SWITCH, describe: 'Print JSON on stdout, also for errors; messages go to stderr' },
  },
  cwd: {
    about: 'run',
    of: EVERY,
    option: 'cwd',
    read: textOf,
    yargs: { ...TEXT, describe: 'Folder to work in' },
  },
  config: {
    of: EVERY,
    option: 'config',
    read: textOf,
    yargs: { ...TEXT, alias: 'c', describe: 'The Wrangler config to use' },
  },
  worker: {
    of: EVERY,
    option: 'workers',
    read: listOf,
    yargs: {
      ...REPEATED,
      alias: 'w',
      describe:
        'A Worker below the folder, by name or folder; may be repeated. Each keeps its own observe.json',
    },
  },
  layers: {
    of: PLANNING,
    option: 'layers',
    read: readLayers,
    refused: {
      remove: {
        message: 'remove always removes every layer, so it takes no --layers.',
        fix: 'Drop the flag. For fewer layers: remove, then init --layers <those>',
      },
    },
    yargs: { ...TEXT, describe: `Layers to set up: ${LAYERS.join(',')}` },
  },
  install: {
    about: 'run',
    of: EVERY,
    option: 'install',
    read: (value: unknown) => value !== false,
    yargs: {
      ...SWITCH,
      default: true,
      describe: 'Install the added dependencies (--no-install: skip)',
    },
  },
  // The flag has the same name as the one of check for the output format.
  formatting: {
    flag: 'format',
    of: ['init', 'remove'],
    option: 'formatting',
    read: switchOf,
    yargs: {
      ...SWITCH,
      describe:
        "Format changed files with the project's own Prettier or Biome, if they were formatted before (--no-format: skip)",
    },
  },
  force: {
    about: 'run',
    of: EVERY,
    option: 'force',
    read: isOn,
    yargs: { ...SWITCH, describe: 'Run despite uncommitted changes in the folder' },
  },
  packages: {
    of: PLANNING,
    option: 'packages',
    read: textOf,
    yargs: { ...TEXT, describe: 'Folder of tarballs to install our packages from' },
  },
  runtime: {
    of: PLANNING,
    option: 'runtime',
    read: oneOf(RUNTIME_SOURCES),
    yargs: { choices: RUNTIME_SOURCES, describe: 'Where the runtime package comes from' },
  },
  sampling: {
    of: PLANNING,
    option: 'sampling',
    read: numberOf,
    yargs: {
      type: 'number',
      requiresArg: true,
      describe: 'Share of requests that Cloudflare traces, 0 to 1',
    },
  },
  destination: {
    of: PLANNING,
    option: 'destinations',
    read: readNames('destination'),
    yargs: {
      ...REPEATED,
      describe:
        'Also send traces to this Cloudflare destination, by name; may be repeated. Saved in observe.json',
    },
  },
  server: {
    of: PLANNING,
    option: 'server',
    read: readServer,
    yargs: {
      ...TEXT,
      describe:
        "Your team's Loom server: the name of its Worker in the same account, or its https address. Saved in observe.json",
    },
  },
  'redact-query-string': {
    of: PLANNING,
    option: 'redactQueryString',
    read: switchOf,
    yargs: {
      ...SWITCH,
      describe: 'Keep query strings out of recorded URLs: they can contain OAuth codes and state',
    },
  },
  'keep-disabled': {
    of: PLANNING,
    option: 'keepDisabled',
    read: switchOf,
    yargs: { ...SWITCH, describe: 'Keep traces off if the config disables them' },
  },
  local: {
    of: PLANNING,
    option: 'local',
    read: switchOf,
    yargs: {
      ...SWITCH,
      describe: 'Send traces of local runs to lm dashboard, without an account (--no-local: remove that)',
    },
  },
  'nodejs-compat': {
    of: PLANNING,
    option: 'nodejsCompat',
    read: isOn,
    yargs: {
      ...SWITCH,
      describe: 'Add the nodejs_compat flag if the compatibility date does not include it',
    },
  },
  task: {
    of: PLANNING,
    option: 'tasks',
    read: readPairs('task', AI_TASKS),
    yargs: {
      ...REPEATED,
      describe: 'Correct the guessed task type of a tool, as <tool>=<task type>; may be repeated',
    },
  },
  oversight: {
    of: PLANNING,
    option: 'oversight',
    read: readPairs('oversight', OVERSIGHT_LEVELS),
    yargs: {
      ...REPEATED,
      describe: 'Human oversight for a tool, as <tool>=<level>; may be repeated',
    },
  },
  'all-files': {
    of: PLANNING,
    option: 'allFiles',
    read: isOn,
    yargs: { ...SWITCH, describe: 'Also trace files that the Worker’s entry does not import' },
  },
  shared: {
    of: PLANNING,
    option: 'shared',
    read: isOn,
    yargs: {
      ...SWITCH,
      describe: 'Also trace tools in published workspace libraries, which adds a dependency to them',
    },
  },
  'allow-no-tools': {
    of: ['init'],
    option: 'allowNoTools',
    read: isOn,
    yargs: { ...SWITCH, describe: 'Set up an MCP server even if no tool was found' },
  },
  unignore: {
    of: ['init'],
    option: 'unignore',
    read: switchOf,
    yargs: {
      ...SWITCH,
      describe: 'Add exceptions to .gitignore for set-up files that it hides',
    },
  },
  'loom-dir': {
    of: ['init'],
    option: 'loomDir',
    read: textOf,
    yargs: {
      ...TEXT,
      describe: 'Folder for .loom (default: where it is already; in a workspace, the top of the repository)',
    },
  },
  detect: {
    about: 'run',
    of: ['init'],
    option: 'detect',
    read: isOn,
    yargs: {
      ...SWITCH,
      describe:
        'Show what init found, the questions with proposed answers, and the findings; write nothing. With --json, print a plan file',
    },
  },
  plan: {
    about: 'run',
    of: ['init'],
    option: 'plan',
    read: textOf,
    yargs: {
      ...TEXT,
      describe: 'Apply a plan file from --detect --json or --dry-run --json, if the project did not change',
    },
  },
  'agent-files': {
    of: ['init'],
    option: 'agentFiles',
    read: readAgentFiles,
    yargs: {
      ...TEXT,
      describe: `Files to write for coding agents: ${AGENT_FILES.join(',')}; or none. Saved in observe.json`,
    },
  },
  ci: {
    of: ['init'],
    option: 'ci',
    read: oneOf(CI_SERVICES),
    yargs: { choices: CI_SERVICES, describe: 'Also write a CI job that runs check' },
  },
  registrar: {
    of: ['init'],
    option: 'registrars',
    read: readRegistrars,
    yargs: {
      ...REPEATED,
      describe:
        'Name of your own function or method that registers tools; may be repeated. Saved in observe.json',
    },
  },
  fix: {
    of: ['check'],
    option: 'fix',
    read: isOn,
    yargs: {
      ...SWITCH,
      describe:
        'Apply the safe fixes of init without asking or installing. Never enables what the config disables, never changes files with keys',
    },
  },
  format: {
    of: ['check'],
    option: 'format',
    read: readFormat,
    yargs: {
      choices: FORMATS,
      describe: 'Output format on stdout; except with pretty, other text goes to stderr',
    },
  },
  since: {
    of: ['check'],
    option: 'since',
    read: textOf,
    yargs: {
      ...TEXT,
      describe: 'Only report files that changed since this commit, branch or tag, and untracked files',
    },
  },
  baseline: {
    of: ['check'],
    option: 'baseline',
    read: textOf,
    yargs: {
      ...TEXT,
      describe: 'Only report new findings, compared with a commit, branch, tag or saved check --json output',
    },
  },
  rule: {
    of: ['check'],
    option: 'rules',
    read: readRules,
    yargs: {
      ...REPEATED,
      describe: `Level of a rule, such as langfuse/tool-manual=off; levels: ${SETTINGS.join(', ')}; may be repeated`,
    },
  },
  'max-warnings': {
    of: ['check'],
    option: 'maxWarnings',
    read: readMaxWarnings,
    yargs: {
      type: 'number',
      requiresArg: true,
      describe: 'Fail with more warnings than this; errors always fail',
    },
  },
  env: {
    of: ['doctor'],
    option: 'env',
    read: textOf,
    yargs: { ...TEXT, alias: 'e', describe: 'Environment of the Wrangler config to diagnose' },
  },
  offline: {
    of: ['doctor'],
    option: 'offline',
    read: isOn,
    yargs: { ...SWITCH, describe: 'Make no network calls' },
  },
} as const;

type Flags = typeof FLAGS;

/**
 * The validated command line. A flag that was not given, or that a command does not have, has its default.
 */
export type FlagOptions = {
  readonly [Name in keyof Flags as Flags[Name]['option']]: ReturnType<Flags[Name]['read']>;
};

/** The flags of `init` that answer a question, by name. */
export const ANSWER_FLAGS: ReadonlySet<string> = new Set(
  Object.entries(FLAGS).flatMap(([name, flag]) => {
    const isAnswer = (flag.of as readonly string[]).includes('init') && !('about' in flag);
    return isAnswer ? ['flag' in flag ? flag.flag : name] : [];
  }),
);

/** Flags that a command accepts but does not use. Help leaves them out. */
const UNUSED: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  check: ['yes', 'dry-run', 'install', 'force', 'task', 'oversight'],
  doctor: ['yes', 'dry-run', 'install', 'force', 'task', 'oversight', 'packages', 'sampling'],
};

/** The flags of one command, for yargs. */
export function flagsOf(command: CommandName) {
  const own = Object.entries(FLAGS).filter(([, { of }]) => (of as readonly string[]).includes(command));
  return Object.fromEntries(
    own.map(([name, flag]) => {
      const isUnused = UNUSED[command]?.includes(name) === true;
      return ['flag' in flag ? flag.flag : name, isUnused ? { ...flag.yargs, hidden: true } : flag.yargs];
    }),
  );
}
