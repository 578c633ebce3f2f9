import type { RegistrarFunction } from '../family.js';
import { type HandlerSite, isShared, nameSource, type Range } from '../site.js';

/**
 * Returns true if a site is only a registrar that calls itself: `accountTool(name, …) { super.accountTool(name, …) }`.
 * The tool's site is the call from outside.
 */
export function forwardsToSelf(site: HandlerSite, helpers: readonly RegistrarFunction[]): boolean {
  return helpers.some((helper) => isShared(site) && helper.name === site.registrar && isIn(site, helper));
}

/** Where a function traces the tools that it gets. */
export interface RegistrarReading {
  readonly name: string;
  /** All its tools run through a site inside it. */
  readonly isTraced: boolean;
  /** All tools of a function that it returns run through a site inside that function. */
  readonly makesTraced: boolean;
}

/** Reads the functions that have the name of a registrar, or that contain the site of one. */
export function readRegistrars(
  helpers: readonly RegistrarFunction[],
  sites: readonly HandlerSite[],
  registrars: readonly string[],
): RegistrarReading[] {
  const read = helpers.map((helper) => ({
    name: helper.name,
    isTraced: holdsSiteNamedBy(helper.parameters, helper, sites),
    makesTraced: holdsSiteNamedBy(helper.further, helper, sites),
    // If it only calls another function of the same name, it gives no information about that one.
    isInformative: registrars.includes(helper.name) && !sites.some((site) => forwardsToSelf(site, [helper])),
  }));
  return read.filter(({ isTraced, makesTraced, isInformative }) => isTraced || makesTraced || isInformative);
}

function holdsSiteNamedBy(
  parameters: ReadonlySet<string>,
  helper: RegistrarFunction,
  sites: readonly HandlerSite[],
): boolean {
  return sites.some((site) => {
    if (site.registrar === helper.name || !isIn(site, helper)) return false;
    const words = isShared(site) && nameSource(site)?.match(/[\w$]+/g);
    return words ? words.some((word) => parameters.has(word)) : false;
  });
}

function isIn({ target }: HandlerSite, { start, end }: Range): boolean {
  return target.kind !== 'manual' && start <= target.body.start && target.body.end <= end;
}
