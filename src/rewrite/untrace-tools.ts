import type { Edit } from '../core/edits.js';
import { OBSERVED_SERVER } from '../tools/generated-names.js';
import { labelOf } from '../tools/site.js';
import { type SourceFile, ts, walk } from '../tools/syntax/syntax.js';
import { dropImports } from './drop-imports.js';
import type { SourceReading } from './read-source.js';
import { cutsOf, type Wrapper } from './wrapper.js';

/**
 * Returns the edits that remove what `traceTools` wrote, even if someone edited its values.
 * @param isOwn returns true for a trace that the user had before `init`
 */
export function untraceTools(reading: SourceReading, isOwn: (wrapper: Wrapper) => boolean): Edit[] {
  const { current, imports, wrappers } = reading;
  const ours = wrappers.filter((wrapper) => !isOwn(wrapper));
  if (ours.length === 0) return [];
  const cuts = cutsOf(ours);
  const { inside, outside } = namesAround(current, cuts);
  return [...dropImports(current, imports, (local) => inside.has(local) && !outside.has(local)), ...cuts];
}

/** Returns a test for wrappers that were in the project before `init`. */
export function ownWrappers(
  reading: SourceReading,
  ownNames: ReadonlySet<string>,
): (wrapper: Wrapper) => boolean {
  const own = new Set<number>();
  for (const site of reading.sites) {
    if (site.trace !== 'none' && site.trace.by === 'init' && ownNames.has(labelOf(site)))
      own.add(site.trace.content);
  }
  const isServerOwn = ownNames.has(OBSERVED_SERVER);
  return (wrapper) =>
    own.has(wrapper.content) || (isServerOwn && (wrapper.isServer === true || wrapper.isMessage === true));
}

/** Identifiers inside the cuts and outside them. Imports are ignored. */
function namesAround(file: SourceFile, cuts: readonly Edit[]): { inside: Set<string>; outside: Set<string> } {
  const names = { inside: new Set<string>(), outside: new Set<string>() };
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) return false;
    if (!ts.isIdentifier(node)) return true;
    const at = node.getStart();
    const isCut = cuts.some((cut) => at >= cut.start && at < cut.end);
    (isCut ? names.inside : names.outside).add(node.text);
    return true;
  });
  return names;
}
