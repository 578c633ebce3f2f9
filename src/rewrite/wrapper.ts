import type { Edit } from '../core/edits.js';
import type { Range } from '../tools/site.js';

/** One of our insertions, with the text that it replaced. */
export interface Cut extends Range {
  readonly text?: string;
  /** It is indentation: of two wrappers around one line each gave it a level. */
  readonly isLevel?: true;
}

/** Code of ours around code of theirs, in a file that `init` has been through. */
export interface Wrapper {
  /** Where what is theirs begins. */
  readonly content: number;
  /** Our insertions: deleting them restores the file, except for imports. */
  readonly cuts: readonly Cut[];
  /** The task type written in it, where it is a literal. */
  readonly task?: string;
  /** It opens a trace for a handler. */
  readonly isTrace?: true;
  /** It is the table of tasks. */
  readonly isTasks?: true;
  /** It is around the construction of a server. */
  readonly isServer?: true;
  /** It is around what handles a message of a hand-written server. */
  readonly isMessage?: true;
}

/** Local names of our runtime's exports, by exported name. */
export type ImportedNames = ReadonlyMap<string, string>;

/** The edits that remove wrappers, each once: two tools may share a place. */
export function cutsOf(wrappers: readonly Wrapper[]): Edit[] {
  const all = wrappers.flatMap(({ cuts }) => cuts);
  const cuts = new Map(all.filter((cut) => !cut.isLevel).map((cut) => [`${cut.start} ${cut.end}`, cut]));
  const pieces = [...cuts.values()];
  return [...pieces, ...levelsOutside(pieces, all)]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text = '' }) => ({ start, end, text }));
}

/** The indentation of lines that stay, with all that a line was given as one cut. */
function levelsOutside(pieces: readonly Cut[], all: readonly Cut[]): Cut[] {
  const levels = new Map<number, number>();
  for (const { start, end, isLevel } of all)
    if (isLevel) levels.set(start, (levels.get(start) ?? 0) + end - start);
  const kept = [...levels].filter(([at]) => !pieces.some(({ start, end }) => start < at && at < end));
  return kept.map(([start, length]) => ({ start, end: start + length }));
}
