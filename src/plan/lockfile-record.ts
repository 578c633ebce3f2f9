import { diffArrays } from 'diff';
import type { Edit } from '../core/edits.js';
import { type FileRecord, hashOf } from '../core/record.js';
import { recordEdits } from './undo-steps.js';

/**
 * What an install did to a lockfile, so that `remove` can put every byte back: the object of git that it was before.
 * Without git, whole lines, found by difference.
 * @param keep has git keep a text
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

function lineEdits(before: string, after: string): Edit[] {
  const edits: Edit[] = [];
  let position = 0;
  for (const part of diffArrays(linesOf(before), linesOf(after))) {
    const text = part.value.join('');
    if (part.added) {
      const last = edits.at(-1);
      // A removal just before it: one replacement.
      if (last && last.end === position && last.text === '') edits[edits.length - 1] = { ...last, text };
      else edits.push({ start: position, end: position, text });
    } else {
      if (part.removed) edits.push({ start: position, end: position + text.length, text: '' });
      position += text.length;
    }
  }
  return edits;
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}
