import { isDeepStrictEqual } from 'node:util';
import { type Edit, splice } from '../core/edits.js';
import { ConfigSyntaxError } from '../core/errors.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import { parseConfig, type WranglerDocument } from './document.js';
import type { ConfigTable } from './format.js';
import { NoPlaceError } from './no-place-error.js';
import { isTable } from './worker-settings.js';

/**
 * The edits for `changes`, or undefined if the text has no place for them. The result is parsed again, and
 * must contain exactly the intended change.
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

/** Write nothing if there is no place, if edits overlap, or if the result does not parse. */
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
      throw new NoPlaceError(`${key} already exists, or its parent is missing`);
    if (change.kind !== 'append') parent[key] = structuredClone(change.value);
    else if (Array.isArray(present)) present.push(...change.values);
    else throw new NoPlaceError(`${change.path.join('.')} is no list`);
  }
  return after;
}
