import { relative } from 'node:path';
import { DirtyTreeError } from '../core/errors.js';
import type { Plan } from '../core/plan.js';
import { gitRefusal, gitTop, uncommittedFiles } from '../project/git.js';
import { lockfileIn } from '../project/package-manager.js';
import { slashed } from '../project/paths.js';
import type { Options } from './options.js';
import { planFileAt } from './plan-file.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/**
 * Separates the change from others, so that you can review and undo it alone. `npm install` in a fresh clone
 * changes only the lockfile, and no one reviews that line by line. So it is reported but allowed, and
 * `remove` restores it.
 * @throws DirtyTreeError with the first uncommitted file
 */
export function guardDirtyTree(
  workers: Workers,
  { changes }: Plan,
  options: Options,
  terminal: Terminal,
): void {
  const { base, root, members, disk } = workers;
  // Files with keys are never committed, so they need no separate review.
  if (options.force || changes.every(({ purpose }) => purpose === 'secrets')) return;
  const refusal = gitRefusal(base, disk);
  if (refusal) {
    const { top, why, fix } = refusal;
    terminal.say(`Note: whether ${top} has uncommitted changes is unknown: ${why}.\n  ${fix}`);
  }
  if (gitTop(base, disk) === undefined && refusal === undefined) {
    terminal.say(
      'Note: this folder is not in a git repository. remove can undo the change from observe.json; there is no other copy.',
    );
  }
  const lockfiles = new Set(members.map(({ project }) => lockfileIn(project.packageManager)));
  const paths = new Set([
    ...members.map(({ dir }) => dir),
    ...changes.map((change) => change.path),
    ...[...lockfiles].map((path) => slashed(relative(base, path))),
  ]);
  // The plan file is not user work.
  const plan = options.plan === undefined ? undefined : planFileAt(options.plan, disk);
  const dirty = uncommittedFiles(base, [...paths], disk).filter((path) => path !== plan);
  const shown = (path: string) => slashed(relative(root, path));
  const [first, ...more] = dirty.filter((path) => !lockfiles.has(path));
  if (first !== undefined) {
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    throw new DirtyTreeError(
      `There are uncommitted changes: ${shown(first)}${others}.`,
      'Commit or stash them, so that git diff shows only this change. Or add --force. Nothing was changed.',
    );
  }
  if (dirty.length > 0) {
    const names = dirty.map(shown).join(', ');
    terminal.say(
      `Note: the uncommitted changes of ${names} are in the same diff as this change. To separate them, commit them first.`,
    );
  }
}
