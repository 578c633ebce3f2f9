import { type Edit, insertion } from '../core/edits.js';
import { TASKS } from '../tools/generated-names.js';
import { type HandlerSite, isShared, nameSource } from '../tools/site.js';
import { belowImports } from './import-place.js';
import type { SourceReading } from './read-source.js';
import { printTasks, type ToolFacts } from './shapes/tasks.js';
import type { WrapOptions } from './wrap-options.js';

/** Whether a place of many gives each tool's own task, by a table in its file. */
export function carriesTasks(reading: SourceReading, site: HandlerSite): boolean {
  if (site.kind !== 'tool' || !isShared(site) || site.target.kind === 'manual') return false;
  if (nameSource(site) === undefined && !isByRequest(site)) return false;
  return site.trace === 'none' ? placeOf(reading) !== undefined : hasTable(reading);
}

/** Only the request says which tool is called, and the runtime reads it there. */
function isByRequest(site: HandlerSite): boolean {
  const { target } = site;
  return nameSource(site) === undefined && 'request' in target && target.request !== undefined;
}

export function hasTable({ wrappers }: SourceReading): boolean {
  return wrappers.some(({ isTasks }) => isTasks);
}

/** The table, for a file with a shared place and no table yet. */
export function addTable(
  reading: SourceReading,
  sites: readonly HandlerSite[],
  facts: ReadonlyMap<string, ToolFacts>,
  options: Pick<WrapOptions, 'style' | 'quote' | 'trailingComma' | 'names' | 'width'>,
): Edit[] {
  const at = placeOf(reading);
  const carriers = sites.filter((site) => site.trace === 'none' && carriesTasks(reading, site));
  if (at === undefined || carriers.length === 0 || facts.size === 0 || hasTable(reading)) return [];
  const isTyped = !/\.[cm]?jsx?$/.test(reading.original.fileName);
  return [insertion(at, printTasks(facts, options, isTyped ? typeFor(carriers, options) : undefined))];
}

/** The table's type, by the function that the file imports anyway. */
function typeFor(sites: readonly HandlerSite[], { names }: Pick<WrapOptions, 'names'>): string {
  if (sites.every(isByRequest)) return `Parameters<typeof ${names.local('fromToolCall')}>[3]`;
  const isValue = sites.every((site) => site.target.kind === 'value');
  const taker = names.local(isValue ? 'traceMcpTool' : 'mcpToolMetadata');
  return `Record<string, Parameters<typeof ${taker}>[2]>`;
}

/** Below the file's own imports; a file without any has no place for it. */
function placeOf({ original, imports }: SourceReading): number | undefined {
  const own = imports.declarations.length > imports.runtime.length;
  return own && !original.text.includes(TASKS) ? belowImports(original) : undefined;
}
