import { isDeepStrictEqual } from 'node:util';
import { type Edit, splice } from '../core/edits.js';
import { ConfigSyntaxError } from '../core/errors.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import { parseConfig, type WranglerDocument } from './document.js';
import type { ConfigTable } from './format.js';
import { NoPlaceError } from './no-place-error.js';
import { isTable } from './worker-settings.js';

/**
 * The edits that make `changes`, or undefined where the text has no place for them. Results are parsed again
 * before use: they must contain exactly the intended change.
 */
export function editsFor(document: WranglerDocument, changes: readonly ConfigChange[]): Edit[] | undefined {
  if (changes.length === 0) return [];
  try {
    const edits = document.edits(changes);
    const result = parseConfig({ ...document, text: splice(document.text, edits) });
    return isDeepStrictEqual(result.value, intended(document.value, changes)) ? edits : undefined;
  } catch (error) {
    if (REFUSALS.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** No place, edits that overlap, or a result that can't be read: never a reason to write. */
const REFUSALS = [NoPlaceError, RangeError, ConfigSyntaxError];

function listOfTables(present: unknown, path: ConfigPath): unknown[] {
  if (present === undefined) return [];
  if (Array.isArray(present)) return present;
  throw new NoPlaceError(`${path.join('.')} is no list`);
}

function intended(before: ConfigTable, changes: readonly ConfigChange[]): ConfigTable {
  const after = structuredClone(before);
  for (const change of changes) {
    const key = change.path.at(-1) ?? '';
    const parent = change.path
      .slice(0, -1)
      .reduce<unknown>((at, step) => (isTable(at) ? at[step] : undefined), after);
    if (!isTable(parent)) throw new NoPlaceError(`no table above ${change.path.join('.')}`);
    const present = parent[key];
    if (change.kind === 'entry') {
      parent[key] = [...listOfTables(present, change.path), { ...change.value }];
      continue;
    }
    if ((change.kind === 'add') !== (present === undefined))
      throw new NoPlaceError(`${key} is there already or missing`);
    if (change.kind !== 'append') parent[key] = structuredClone(change.value);
    else if (Array.isArray(present)) present.push(...change.values);
    else throw new NoPlaceError(`${change.path.join('.')} is no list`);
  }
  return after;
}
