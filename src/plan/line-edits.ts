import { diffArrays } from 'diff';
import type { Edit } from '../core/edits.js';

/** Edits of whole lines that turn one text into another. */
export function lineEdits(before: string, after: string): Edit[] {
  const edits: Edit[] = [];
  let position = 0;
  for (const part of diffArrays(linesOf(before), linesOf(after))) {
    const text = part.value.join('');
    if (part.added) {
      const last = edits.at(-1);
      // A removal just before an insertion: join both into one replacement.
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
