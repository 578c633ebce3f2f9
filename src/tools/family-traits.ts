import { FAMILIES } from './families/index.js';
import type { HandlerSite } from './site.js';

const DISPATCHES = idsOf('isDispatch');
const FALLBACKS = idsOf('isFallback');

function idsOf(trait: 'isDispatch' | 'isFallback'): ReadonlySet<string> {
  return new Set(FAMILIES.filter((family) => family[trait]).map(({ id }) => id));
}

export function isDispatch({ family }: HandlerSite): boolean {
  return DISPATCHES.has(family);
}

/** Removes the sites of fallback families if other families found sites. */
export function withoutFallbacks(sites: readonly HandlerSite[]): readonly HandlerSite[] {
  const others = sites.filter(({ family }) => !FALLBACKS.has(family));
  return others.length > 0 ? others : sites;
}
