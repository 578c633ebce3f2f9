import type { CommandName } from './flags.js';

/** What people do with each command, the most usual first: words behind the program's name, and what they are for. */
export const EXAMPLES: Readonly<Record<CommandName, readonly (readonly [words: string, what: string])[]>> = {
  init: [
    ['init', 'ask, show the change, write it after a yes'],
    ['init --yes', 'the same with every default, and no question'],
    ['init --dry-run > observe.patch', 'the change as a patch for `git apply`'],
    ['init --worker api --worker mcp', 'two Workers of one repository'],
  ],
  check: [
    ['check', 'what is not set up'],
    ['check --fix', 'apply the fixes that need no decision'],
    ['check --format github --since origin/main', 'annotations on what a pull request changed'],
    ['check --baseline origin/main', 'only findings that are new since then'],
    ['check --rule langfuse/tool-manual=off', 'without one rule'],
  ],
  remove: [
    ['remove', 'show what would be removed, and ask'],
    ['remove --yes', 'the same without a question'],
    ['remove --dry-run', 'only the patch'],
  ],
  doctor: [
    ['doctor', 'why no traces show up'],
    ['doctor --env production', 'for one environment of the Wrangler config'],
    ['doctor --offline', 'without a request to anybody'],
  ],
};
