import type { EXIT } from '../core/error-codes.js';
import type { CommandName } from './flags.js';

/** What there is to say of a command, beside its flags. Help, `commands --json` and the documentation come from here. */
export interface CommandEntry {
  readonly summary: string;
  /** Whether it takes a folder as its first word. */
  readonly takesFolder: boolean;
  readonly exits: readonly (keyof typeof EXIT)[];
  /** The most usual first: words behind the program's name, and what they do. */
  readonly examples: readonly (readonly [words: string, what: string])[];
}

/** What can stop any command that reads a project. */
const READING = ['noConfig', 'configSyntax', 'sourceSyntax', 'notWritable', 'usage', 'bug'] as const;
const WRITING = [...READING, 'changedMeanwhile', 'cancelled'] as const;

export const COMMAND_TABLE: Readonly<Record<CommandName, CommandEntry>> = {
  init: {
    summary: 'Set up tracing, Langfuse and Loom',
    takesFolder: true,
    exits: ['ok', ...WRITING, 'dirtyTree', 'installFailed', 'noTools', 'planOutdated'],
    examples: [
      ['init', 'ask, show the change, write it when you agree'],
      ['init --yes', 'the same with all defaults and no questions'],
      ['init --dry-run > observe.patch', 'the change as a patch for `git apply`'],
      ['init --detect --json > plan.json', 'what is there and what init would do, written nowhere'],
      ['init --plan plan.json', 'do exactly that'],
      ['init --worker api --worker mcp', 'two Workers of one repository'],
    ],
  },
  check: {
    summary:
      'Report what is not set up; for CI. Exits 0 without errors, 1 with errors, 2 when it could not look',
    takesFolder: true,
    exits: ['ok', 'findings', 'couldNotCheck'],
    examples: [
      ['check', 'what is not set up'],
      ['check --fix', 'apply the fixes that need no decision'],
      ['check --format github --since origin/main', 'annotations on what a pull request changed'],
      ['check --baseline origin/main', 'only findings that are new since then'],
      ['check --rule langfuse/tool-manual=off', 'without one rule'],
    ],
  },
  remove: {
    summary: 'Undo what init did',
    takesFolder: true,
    exits: ['ok', ...WRITING],
    examples: [
      ['remove', 'show what would be removed, and ask'],
      ['remove --yes', 'the same without a question'],
      ['remove --dry-run', 'only the patch'],
    ],
  },
  doctor: {
    summary: 'Find out why no traces show up, and what to do next. Exits 1 when something is wrong',
    takesFolder: true,
    exits: ['ok', 'findings', ...READING],
    examples: [
      ['doctor', 'why no traces show up'],
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
