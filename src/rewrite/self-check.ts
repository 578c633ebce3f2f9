import { SourceSyntaxError } from '../core/errors.js';
import type { HandlerSite } from '../tools/site.js';
import { tryParse } from '../tools/syntax/syntax.js';
import { cutsOf, type Wrapper } from './wrapper.js';
import { wrappersIn } from './written-file.js';

/** Error in a file that is about to be written; both kinds are bugs of ours. */
export type Fault = 'does not parse' | 'another function is wrapped';

/**
 * Reads a text as it is to be written: it parses, and each site of the file has exactly one wrapper, around what the
 * site was planned for.
 * @param before the file without anything of ours
 * @param planned positions are those of `before`
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
  // The remaining differences next to the wrappers are our imports.
  const imports = without.length - before.length;
  const isBefore = without.slice(0, importsAt) + without.slice(importsAt + imports) === before;
  // Where our imports are all that is new, what is left parses as it did before.
  const comesOut = isBefore || tryParse(path, without) !== undefined;
  const counts = traceCounts(comesOut ? written.wrappers : []);
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

/** How many traces begin at a place of the original. */
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
