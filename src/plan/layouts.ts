import { splice } from '../core/edits.js';
import type { Change } from '../core/plan.js';
import { lineEdits } from './line-edits.js';

/** The formatted text of a file that `init` or `remove` will write. */
export interface Layout {
  /** The planned text. The formatted text replaces only this one. */
  readonly planned: string;
  readonly text: string;
  /** Git object id of the file before, if it had none of our changes. */
  readonly before?: string;
}

/** By path from the project's folder. */
export type Layouts = ReadonlyMap<string, Layout>;

/** Text of a file after the change; undefined if it is deleted. */
export function textAfter(change: Change): string | undefined {
  if (change.action === 'delete') return undefined;
  return change.action === 'create' ? change.text : splice(change.before, change.edits);
}

/** The formatted change; empty if nothing is left to change. */
export function withLayout(change: Change, layouts: Layouts | undefined): Change[] {
  const layout = layouts?.get(change.path);
  if (layout === undefined || layout.planned !== textAfter(change)) return [change];
  if (change.action === 'create') return [{ ...change, text: layout.text }];
  if (change.action === 'delete') return [change];
  const edits = lineEdits(change.before, layout.text);
  return edits.length === 0 ? [] : [{ ...change, edits }];
}
