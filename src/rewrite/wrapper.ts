import type { Edit } from '../core/edits.js';
import type { Range } from '../tools/site.js';

/** One of our edits: its place, and the text that it replaced, if any. */
export interface Cut extends Range {
  readonly text?: string;
  /** The cut is one level of indentation. Two wrappers around one line add one level each. */
  readonly isLevel?: true;
}

/** Generated code around the user's code. */
export interface Wrapper {
  /** The start of the user's code. */
  readonly content: number;
  /** Our edits. Undoing them restores the file, except for imports. */
  readonly cuts: readonly Cut[];
  /** Its task type, if that is a literal. */
  readonly task?: string;
  /** It opens a trace for a handler. */
  readonly isTrace?: true;
  /** It is the table of tasks. */
  readonly isTasks?: true;
  /** It wraps the construction of a server. */
  readonly isServer?: true;
  /** It wraps the message handler of a hand-written server. */
  readonly isMessage?: true;
}

/** Exported name → local name, for the imports of our runtime. */
export type ImportedNames = ReadonlyMap<string, string>;

/** Returns the edits that remove wrappers. Each edit appears once, because two tools may share a place. */
export function cutsOf(wrappers: readonly Wrapper[]): Edit[] {
  const all = wrappers.flatMap(({ cuts }) => cuts);
  const cuts = new Map(all.filter((cut) => !cut.isLevel).map((cut) => [`${cut.start} ${cut.end}`, cut]));
  const codeCuts = [...cuts.values()];
  return [...codeCuts, ...indentationOutside(codeCuts, all)]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text = '' }) => ({ start, end, text }));
}

/** The indentation cuts outside other cuts. All levels of one line become one cut. */
function indentationOutside(codeCuts: readonly Cut[], all: readonly Cut[]): Cut[] {
  const levels = new Map<number, number>();
  for (const { start, end, isLevel } of all)
    if (isLevel) levels.set(start, (levels.get(start) ?? 0) + end - start);
  const kept = [...levels].filter(([at]) => !codeCuts.some(({ start, end }) => start < at && at < end));
  return kept.map(([start, length]) => ({ start, end: start + length }));
}
