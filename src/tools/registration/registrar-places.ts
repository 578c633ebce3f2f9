import type { RegistrarFunction } from '../family.js';
import { type HandlerSite, isShared, nameSource, type Range } from '../site.js';

/** `accountTool(name, …) { super.accountTool(name, …) }`: the call from outside is the tool's one place. */
export function forwardsToSelf(site: HandlerSite, helpers: readonly RegistrarFunction[]): boolean {
  return helpers.some((helper) => isShared(site) && helper.name === site.registrar && isIn(site, helper));
}

/** How a function treats the tools that it gets. */
export interface RegistrarReading {
  readonly name: string;
  /** Every one of them runs through a place in it that can be traced. */
  readonly isTraced: boolean;
  /** The same, for arguments of a function that it creates. */
  readonly makesTraced: boolean;
}

/** Functions that carry the name of a registrar, or in which one may end. */
export function readRegistrars(
  helpers: readonly RegistrarFunction[],
  sites: readonly HandlerSite[],
  registrars: readonly string[],
): RegistrarReading[] {
  const read = helpers.map((helper) => ({
    name: helper.name,
    isTraced: holdsSiteNamedBy(helper.parameters, helper, sites),
    makesTraced: holdsSiteNamedBy(helper.further, helper, sites),
    // One that only calls another of its own name says nothing of that one.
    isTelling: registrars.includes(helper.name) && !sites.some((site) => forwardsToSelf(site, [helper])),
  }));
  return read.filter(({ isTraced, makesTraced, isTelling }) => isTraced || makesTraced || isTelling);
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
