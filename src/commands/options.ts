import { UsageError } from '../core/errors.js';
import { LAYERS, type Layer } from '../core/layers.js';
import { isRegistrar, type RuntimeSource } from '../core/record.js';
import { RUNTIME_SOURCES } from '../core/record-schema.js';
import { CI_SERVICES, type CiService } from '../scaffold/ci-services.js';
import type { CheckOptions } from './check-options.js';

/** What the command line said, checked. A flag that was not given is undefined. */
export interface Options extends CheckOptions {
  readonly dir: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly install: boolean;
  readonly force: boolean;
  readonly allFiles: boolean;
  readonly layers: readonly Layer[] | undefined;
  readonly sampling: number | undefined;
  readonly runtime: RuntimeSource | undefined;
  /** Folder of tarballs made by `npm pack`. */
  readonly packages: string | undefined;
  readonly config: string | undefined;
  /** Names or folders of Workers; empty when none was named. */
  readonly workers: readonly string[];
  readonly redactQueryString: boolean | undefined;
  readonly keepDisabled: boolean | undefined;
  readonly nodejsCompat: boolean;
  /** Where local runs send their traces; undefined leaves it as it is. */
  readonly local: boolean | undefined;
  /** Of `init`: the CI service to write a job for. */
  readonly ci: CiService | undefined;
  /** Task types by a tool's name, as somebody chose them. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Oversight levels, likewise. */
  readonly oversight: ReadonlyMap<string, string>;
  /** Of `init`: functions of the project that register tools. */
  readonly registrars: readonly string[];
  /** Of `init`: set up an MCP server in which no tool was found. */
  readonly allowNoTools: boolean;
  /** Of `doctor`: the environment of the Wrangler config to look at. */
  readonly env: string | undefined;
  /** Of `doctor`: ask nobody over the network. */
  readonly offline: boolean;
}

/** The flags as yargs describes them, so that help, types and checks agree; these are of every command. */
export const FLAGS = {
  yes: {
    alias: 'y',
    type: 'boolean',
    default: false,
    describe:
      'Ask nothing: take the defaults, write the files and run the install of your package manager. Uncommitted changes still stop it',
  },
  'dry-run': { type: 'boolean', default: false, describe: 'Print the patch and write nothing' },
  json: { type: 'boolean', default: false, describe: 'Print the plan as JSON on stdout' },
  cwd: { type: 'string', requiresArg: true, describe: 'Folder to work in' },
  config: { alias: 'c', type: 'string', requiresArg: true, describe: 'The Wrangler config to use' },
  worker: {
    alias: 'w',
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe:
      'A Worker below the folder, by name or folder; may be repeated. Each keeps its own observe.json',
  },
  layers: { type: 'string', requiresArg: true, describe: `Which layers, of ${LAYERS.join(',')}` },
  install: {
    type: 'boolean',
    default: true,
    describe: 'Install what package.json gained (--no-install: do not)',
  },
  force: { type: 'boolean', default: false, describe: 'Go on with uncommitted changes in the folder' },
} as const;

/** Of the commands that plan a set-up; `remove` takes out whatever there is. */
export const SET_UP_FLAGS = {
  packages: {
    type: 'string',
    requiresArg: true,
    describe: 'Folder of tarballs to install our packages from',
  },
  runtime: { choices: RUNTIME_SOURCES, describe: 'Where the runtime package comes from' },
  sampling: { type: 'number', requiresArg: true, describe: 'Share of requests Cloudflare traces, 0 to 1' },
  'redact-query-string': {
    type: 'boolean',
    describe: 'Keep query strings out of recorded URLs: they can hold OAuth codes and state',
  },
  'keep-disabled': {
    type: 'boolean',
    describe: 'Leave traces off where the config switches them off by hand',
  },
  local: {
    type: 'boolean',
    describe: 'Local runs show their traces in lm dashboard, without an account (--no-local: no longer)',
  },
  'nodejs-compat': {
    type: 'boolean',
    default: false,
    describe: 'Add the nodejs_compat flag where the compatibility date does not bring it',
  },
  task: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe: 'What a tool does, as <tool>=<task type>, where that is guessed wrong; may be repeated',
  },
  oversight: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe: 'How closely a person should watch a tool, as <tool>=<level>; may be repeated',
  },
  'all-files': { type: 'boolean', default: false, describe: 'Also files the Worker’s entry does not import' },
} as const;

/** Of `init` alone. */
export const INIT_FLAGS = {
  'allow-no-tools': {
    type: 'boolean',
    default: false,
    describe: 'Set up an MCP server in which no tool was found',
  },
  ci: { choices: CI_SERVICES, describe: 'Also write a CI job that runs check' },
  registrar: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe:
      'A function or method of yours that registers tools, by its name; may be repeated. It is kept in observe.json',
  },
} as const;

/** Of `doctor` alone. */
export const DOCTOR_FLAGS = {
  env: {
    alias: 'e',
    type: 'string',
    requiresArg: true,
    describe: 'Environment of the Wrangler config to look at',
  },
  offline: { type: 'boolean', default: false, describe: 'Ask neither Langfuse nor a local receiver' },
} as const;

export function parseLayers(text: string | undefined): Layer[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(LAYERS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no layer "${unknown}".`, `Layers are: ${LAYERS.join(', ')}.`);
  }
  return LAYERS.filter((layer) => names.includes(layer));
}

/** @throws UsageError for what is not the name of a function */
export function parseRegistrars(names: readonly string[] = []): readonly string[] {
  const wrong = names.find((name) => !isRegistrar(name));
  if (wrong !== undefined) {
    throw new UsageError(
      `--registrar "${wrong}" is not the name of a function.`,
      'Give the last word of the call: for context.accountTool(…) it is --registrar accountTool.',
    );
  }
  return names;
}

/**
 * The pairs of a flag such as `--task add_note=generate`, by tool. A tool's name may hold a `=` itself.
 * @throws UsageError for a pair that is none, or a value that is not among `values`
 */
export function parsePairs(
  flag: string,
  pairs: readonly string[] | undefined,
  values: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    (pairs ?? []).map((pair) => {
      const at = pair.lastIndexOf('=');
      const [tool, value] = [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)];
      if (tool === '' || !values.includes(value)) {
        throw new UsageError(
          `--${flag} "${pair}" can't be read.`,
          `Write <tool>=<value>; values are: ${values.join(', ')}.`,
        );
      }
      return [tool, value] as const;
    }),
  );
}
