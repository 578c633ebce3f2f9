import { splice } from '../core/edits.js';
import type { Change } from '../core/plan.js';
import { lineEdits } from './line-edits.js';

/** How a formatter lays out what `init` or `remove` is about to write. */
export interface Layout {
  /** The planned text: the layout applies to no other text. */
  readonly planned: string;
  readonly text: string;
  /** The git object that the file was before, where that was without anything of ours. */
  readonly before?: string;
}

/** By path from the project's folder. */
export type Layouts = ReadonlyMap<string, Layout>;

/** Text of a file after the change; undefined if it is deleted. */
export function textAfter(change: Change): string | undefined {
  if (change.action === 'delete') return undefined;
  return change.action === 'create' ? change.text : splice(change.before, change.edits);
}

/** The change as its formatter has it; none where nothing is left to change. */
export function withLayout(change: Change, layouts: Layouts | undefined): Change[] {
  const layout = layouts?.get(change.path);
  if (layout === undefined || layout.planned !== textAfter(change)) return [change];
  if (change.action === 'create') return [{ ...change, text: layout.text }];
  if (change.action === 'delete') return [change];
  const edits = lineEdits(change.before, layout.text);
  return edits.length === 0 ? [] : [{ ...change, edits }];
}
