import { SourceSyntaxError } from '../core/errors.js';
import type { HandlerSite } from '../tools/site.js';
import { tryParse } from '../tools/syntax/syntax.js';
import { cutsOf, type Wrapper } from './wrapper.js';
import { wrappersIn } from './written-file.js';

/** An error in a file that is about to be written. Both kinds are bugs in this program. */
export type Fault = 'does not parse' | 'another function is wrapped';

/**
 * Checks a text before it is written: it must parse, and each planned site must have exactly one wrapper, in the
 * right place.
 * @param before the file without our code
 * @param planned the sites of the plan and the offset of our imports, as positions in `before`
 */
export function faultIn(
  path: string,
  text: string,
  before: string,
  { sites, importsAt }: { readonly sites: readonly HandlerSite[]; readonly importsAt: number },
): Fault | undefined {
  const written = tryReading(path, text);
  if (!written) return 'does not parse';
  const { without } = written;
  // Apart from the wrappers, the texts differ only by our imports.
  const imports = without.length - before.length;
  const isBefore = without.slice(0, importsAt) + without.slice(importsAt + imports) === before;
  // If they differ by nothing else, the text without wrappers parses, because the file parsed before.
  const isRemovable = isBefore || tryParse(path, without) !== undefined;
  const counts = traceCounts(isRemovable ? written.wrappers : []);
  const places = new Set(
    sites.flatMap(({ target, trace }) => {
      const isByPerson = trace !== 'none' && trace.by === 'person';
      if (target.kind === 'manual' || isByPerson) return [];
      const { start } = target.body;
      return [start < importsAt ? start : start + imports];
    }),
  );
  const isSame = counts.size === places.size && [...places].every((place) => counts.get(place) === 1);
  return isSame ? undefined : 'another function is wrapped';
}

function tryReading(path: string, text: string) {
  try {
    return wrappersIn(path, text);
  } catch (error) {
    if (error instanceof SourceSyntaxError) return undefined;
    throw error;
  }
}

/** The number of traces that begin at each offset of the original. */
function traceCounts(wrappers: readonly Wrapper[]): Map<number, number> {
  const cuts = cutsOf(wrappers);
  const counts = new Map<number, number>();
  for (const { content, isTrace } of wrappers) {
    if (!isTrace) continue;
    const before = cuts.filter(({ end }) => end <= content);
    const start = content - before.reduce((sum, cut) => sum + cut.end - cut.start - cut.text.length, 0);
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return counts;
}
