import { isDispatch } from './family-traits.js';
import type { HandlerSite } from './site.js';

/**
 * Each call must have one trace, so of nested sites only the outer one stays. A tool that is registered inside another
 * tool's handler gets its own calls, so it keeps its site.
 */
export function withoutNested(sites: readonly HandlerSite[]): HandlerSite[] {
  const kept = sites.filter(
    (site) => !sites.some((other) => (isDispatch(other) || isDispatch(site)) && isInside(site, other)),
  );
  return kept.map((site) => {
    const { target } = site;
    const inner = kept.filter((other) => isInside(other, site));
    if (target.kind !== 'function' || inner.length === 0) return site;
    const models = target.models.filter(({ start }) => !inner.some((one) => holds(one, start)));
    return { ...site, target: { ...target, models } };
  });
}

function isInside(site: HandlerSite, around: HandlerSite): boolean {
  if (site === around || site.target.kind === 'manual' || around.target.kind === 'manual') return false;
  const [inner, outer] = [site.target.body, around.target.body];
  return (
    outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start
  );
}

function holds({ target }: HandlerSite, offset: number): boolean {
  return target.kind !== 'manual' && target.body.start <= offset && offset < target.body.end;
}
