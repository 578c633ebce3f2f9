import { diffArrays } from 'diff';
import type { Edit } from '../core/edits.js';
import { type FileRecord, hashOf } from '../core/record.js';
import { recordEdits } from './undo-steps.js';

/**
 * What an install did to a lockfile, so that `remove` can put every byte back. Lockfiles are long
 * and change in few places: whole lines, found by difference.
 */
export function recordLockfile(
  earlier: FileRecord | undefined,
  before: string | undefined,
  after: string | undefined,
): FileRecord | undefined {
  if (after === undefined || before === after) return earlier;
  if (before === undefined) return { hash: hashOf(after), created: true };
  return recordEdits(earlier, before, lineEdits(before, after));
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
