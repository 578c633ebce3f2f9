import type { Edit } from '../core/edits.js';
import type { Range } from '../tools/site.js';

/** A piece of ours, and what stood there before it where that was something. */
export interface Cut extends Range {
  readonly text?: string;
}

/** Code of ours around code of theirs, in a file that `init` has been through. */
export interface Wrapper {
  /** Where what is theirs begins. */
  readonly content: number;
  /** What is ours: cut out, it leaves the file as it was (imports aside). */
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

/** The edits that take wrappers out, each once: two tools may share a place. */
export function cutsOf(wrappers: readonly Wrapper[]): Edit[] {
  const cuts = new Map(wrappers.flatMap(({ cuts }) => cuts).map((cut) => [`${cut.start} ${cut.end}`, cut]));
  return [...cuts.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text = '' }) => ({ start, end, text }));
}
