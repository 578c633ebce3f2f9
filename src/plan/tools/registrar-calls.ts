import {
  type HandlerSite,
  isShared,
  labelOf,
  type ManualTarget,
  type ToolDefinition,
} from '../../tools/site.js';
import { isCommonJs, type ReadFile } from './read.js';

const AMBIGUOUS: ManualTarget = {
  kind: 'manual',
  reason: 'functions with this name differ: some trace each tool themselves, some do not',
};

/**
 * Avoids two traces for one call. If a registrar's own registration can be traced, it is traced there,
 * because the arguments are known there. Calls of the registrar then only list the tools.
 * @param isInScope returns true for files to trace
 */
export function traceInsideRegistrars(
  readings: readonly ReadFile[],
  isInScope: (read: ReadFile) => boolean,
): ReadFile[] {
  const taken = readings.filter(isInScope);
  const helpers = taken.flatMap(({ source, reading }) => (isCommonJs(source) ? [] : reading.registrars));
  const makers = new Set(helpers.filter((helper) => helper.makesTraced).map(({ name }) => name));
  const made = taken.flatMap(({ reading }) => reading.registrarFactories).filter(({ by }) => makers.has(by));
  const traced = new Set([
    ...helpers.filter(({ isTraced }) => isTraced).map(({ name }) => name),
    ...made.map(({ registrar }) => registrar),
  ]);
  const untraced = new Set(helpers.filter(({ isTraced }) => !isTraced).map(({ name }) => name));
  return readings.map(({ source, reading }) => {
    const sites: HandlerSite[] = [];
    const told: ToolDefinition[] = [];
    for (const site of reading.sites) {
      const { registrar } = site;
      if (registrar === undefined || !traced.has(registrar)) sites.push(site);
      else if (untraced.has(registrar)) sites.push({ ...site, target: AMBIGUOUS });
      else told.push(...definitionsOf(site));
    }
    return { source, reading: { ...reading, sites, definitions: [...told, ...reading.definitions] } };
  });
}

function definitionsOf(site: HandlerSite): ToolDefinition[] {
  const { line, description, annotations } = site;
  if (isShared(site)) return [...site.covers];
  const name = labelOf(site);
  return [{ name, line, ...(description ? { description } : {}), ...(annotations ? { annotations } : {}) }];
}

/** Registrars without a call that passes a tool's name and handler. */
export function unusedRegistrars(readings: readonly ReadFile[], registrars: readonly string[]): string[] {
  const used = new Set(readings.flatMap(({ reading }) => reading.sites.map((site) => site.registrar)));
  return registrars.filter((registrar) => !used.has(registrar));
}
