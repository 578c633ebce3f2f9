import { type HandlerSite, isShared } from '../../tools/site.js';
import type { ReadFile } from './read.js';

/** Resolves names that are constants of another file. */
export function withNames(readings: readonly ReadFile[]): ReadFile[] {
  const lookUp = (expression: string): string | undefined => {
    const path = expression
      .replace(/\sas\s+\w+$/, '')
      .trimEnd()
      .replace(/^\(|\)$/g, '');
    if (!/^[\w$]+(\.[\w$]+)*$/.test(path)) return undefined;
    const names = new Set(readings.map(({ reading }) => reading.texts.get(path)));
    names.delete(undefined);
    return names.size === 1 ? [...names][0] : undefined;
  };
  const named = (site: HandlerSite): HandlerSite => {
    if (site.name.kind === 'literal' || site.name.source === undefined || !isShared(site)) return site;
    const label = lookUp(site.name.source);
    if (label === undefined) return site;
    return { ...site, name: { kind: 'expression', source: site.name.source, label, many: false } };
  };
  return readings.map(({ source, reading }) => ({
    source,
    reading: { ...reading, sites: reading.sites.map(named) },
  }));
}
