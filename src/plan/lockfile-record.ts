import { type FileRecord, hashOf } from '../core/record.js';
import { lineEdits } from './line-edits.js';
import { recordEdits } from './undo-steps.js';

/**
 * The effect of an install on a lockfile, so that `remove` can restore it: git's object id of the lockfile
 * before. Without git, it contains the lines that differ.
 * @param keep stores a text in git
 */
export function recordLockfile(
  earlier: FileRecord | undefined,
  before: string | undefined,
  after: string | undefined,
  keep: (text: string) => string | undefined,
): FileRecord | undefined {
  if (after === undefined || before === after) return earlier;
  if (before === undefined) return { hash: hashOf(after), created: true };
  const hash = hashOf(after);
  if (earlier?.hash === hashOf(before)) {
    if (earlier.created) return { hash, created: true };
    if (earlier.before !== undefined) return { hash, before: earlier.before };
  }
  const name = earlier?.undo ? undefined : keep(before);
  return name === undefined ? recordEdits(earlier, before, lineEdits(before, after)) : { hash, before: name };
}
