import type { EXIT } from '../core/error-codes.js';
import type { CommandName } from './flags.js';

/** A command without its flags. Help, `commands --json` and the documentation come from here. */
export interface CommandEntry {
  readonly summary: string;
  /** True if its first argument is a folder. */
  readonly takesFolder: boolean;
  readonly exits: readonly (keyof typeof EXIT)[];
  /** The most frequent first: arguments, and what they do. */
  readonly examples: readonly (readonly [words: string, what: string])[];
}

/** Causes that can stop any command that reads a project. */
const READING = ['noConfig', 'configSyntax', 'sourceSyntax', 'notWritable', 'usage', 'bug'] as const;
const WRITING = [...READING, 'changedMeanwhile', 'cancelled'] as const;

export const COMMAND_TABLE: Readonly<Record<CommandName, CommandEntry>> = {
  init: {
    summary: 'Set up tracing, Langfuse and Loom',
    takesFolder: true,
    exits: ['ok', ...WRITING, 'dirtyTree', 'installFailed', 'noTools', 'planOutdated'],
    examples: [
      ['init', 'ask questions, show the change, write it if you agree'],
      ['init --yes', 'the same with the defaults, without questions'],
      ['init --dry-run > observe.patch', 'the change as a patch for `git apply`'],
      ['init --detect --json > plan.json', 'save the planned change, and write nothing else'],
      ['init --plan plan.json', 'apply exactly that plan'],
      ['init --worker api --worker mcp', 'two Workers of one repository'],
    ],
  },
  check: {
    summary:
      'Report what is not set up, for CI. Exits with 0 if there are no errors, 1 if there are, 2 if it could not run',
    takesFolder: true,
    exits: ['ok', 'findings', 'couldNotCheck'],
    examples: [
      ['check', 'report what is not set up'],
      ['check --fix', 'apply the safe fixes'],
      ['check --format github --since origin/main', 'annotations for the files of a pull request'],
      ['check --baseline origin/main', 'only new findings'],
      ['check --rule langfuse/tool-manual=off', 'without one rule'],
    ],
  },
  remove: {
    summary: 'Undo what init did',
    takesFolder: true,
    exits: ['ok', ...WRITING],
    examples: [
      ['remove', 'show what would be removed, and ask'],
      ['remove --yes', 'the same without asking'],
      ['remove --dry-run', 'only the patch'],
    ],
  },
  doctor: {
    summary: 'Find out why there are no traces, and what to do next. Exits with 1 if there is a problem',
    takesFolder: true,
    exits: ['ok', 'findings', ...READING],
    examples: [
      ['doctor', 'find out why there are no traces'],
      ['doctor --env production', 'for one environment of the Wrangler config'],
      ['doctor --offline', 'without network calls'],
    ],
  },
  commands: {
    summary: 'List the commands with their flags, exit codes and examples',
    takesFolder: false,
    exits: ['ok', 'usage', 'bug'],
    examples: [['commands --json', 'for scripts and coding agents']],
  },
};
