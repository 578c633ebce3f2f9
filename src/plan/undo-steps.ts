import { type Edit, invert, splice } from '../core/edits.js';
import { type FileRecord, hashOf, type UndoStep } from '../core/record.js';

/** The record of a file that `edits` change, joined with the steps of an earlier `init`. */
export function recordEdits(
  earlier: FileRecord | undefined,
  before: string,
  edits: readonly Edit[],
): FileRecord {
  const after = splice(before, edits);
  const hash = hashOf(after);
  // Delete a created file; its later edits need no undo.
  if (earlier?.created && earlier.hash === hashOf(before)) return { created: true, hash };
  const earlierSteps = earlier ? (locateSteps(earlier, before) ?? []) : [];
  return { hash, undo: mergeSteps(earlierSteps, before, after, edits) };
}

/**
 * The edits that undo a record in the current file. In an unchanged file they use positions, otherwise the
 * inserted text. undefined if an inserted text is missing.
 */
export function undoEdits(record: FileRecord, text: string): Edit[] | undefined {
  const edits = locateSteps(record, text)?.map(undoEdit);
  return edits && doNotOverlap(edits, text) ? edits : undefined;
}

/** If one of two equal texts is gone, both steps find the other. A record is also untrusted. */
function doNotOverlap(edits: readonly Edit[], text: string): boolean {
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  return ordered.every(({ start, end }, index) => {
    const before = ordered[index - 1]?.end ?? 0;
    return start >= before && end <= text.length;
  });
}

function undoEdit({ at, now, was }: UndoStep): Edit {
  return { start: at, end: at + now.length, text: was };
}

function locateSteps(record: FileRecord, text: string): UndoStep[] | undefined {
  const steps = record.undo ?? [];
  if (record.hash === hashOf(text)) return [...steps];
  const located: UndoStep[] = [];
  for (const step of steps) {
    // An edit that inserted no text can't be found: "" matches everywhere.
    const at = step.now === '' ? undefined : nearest(text, step.now, step.at);
    if (at === undefined) return undefined;
    located.push({ ...step, at });
  }
  return located;
}

function nearest(text: string, wanted: string, expected: number): number | undefined {
  let best: number | undefined;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    if (best === undefined || Math.abs(at - expected) < Math.abs(best - expected)) best = at;
  }
  return best;
}

function mergeSteps(
  earlier: readonly UndoStep[],
  before: string,
  after: string,
  edits: readonly Edit[],
): UndoStep[] {
  // Adjacent edits count too, because positions do not show which came first.
  const touches = (step: UndoStep) =>
    edits.some((edit) => edit.start <= step.at + step.now.length && edit.end >= step.at);
  if (earlier.some(touches)) {
    // The new edits overlap the old ones: store one step from the current text to the original.
    return [wholeStep(after, splice(before, earlier.map(undoEdit)))];
  }
  const shifted = earlier.map((step) => ({ ...step, at: step.at + shiftAt(step.at, edits) }));
  const added = invert(before, edits).map(({ start, end, text }) => ({
    at: start,
    now: after.slice(start, end),
    was: text,
  }));
  return [...shifted, ...added].sort((a, b) => a.at - b.at);
}

function shiftAt(offset: number, edits: readonly Edit[]): number {
  return edits
    .filter((edit) => edit.start <= offset)
    .reduce((shift, edit) => shift + edit.text.length - (edit.end - edit.start), 0);
}

function wholeStep(now: string, was: string): UndoStep {
  let start = 0;
  while (start < now.length && start < was.length && now[start] === was[start]) start += 1;
  let tail = 0;
  while (tail < now.length - start && tail < was.length - start && now.at(-1 - tail) === was.at(-1 - tail))
    tail += 1;
  return { at: start, now: now.slice(start, now.length - tail), was: was.slice(start, was.length - tail) };
}
