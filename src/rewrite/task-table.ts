import { type Edit, insertion } from '../core/edits.js';
import { TASKS } from '../tools/generated-names.js';
import { type HandlerSite, isShared, nameSource } from '../tools/site.js';
import { belowImports } from './import-place.js';
import type { SourceReading } from './read-source.js';
import { printTasks, type ToolFacts } from './shapes/tasks.js';
import type { WrapOptions } from './wrap-options.js';

/** Returns true if a shared site looks up the task of each tool in a table of its file. */
export function usesTaskTable(reading: SourceReading, site: HandlerSite): boolean {
  if (site.kind !== 'tool' || !isShared(site) || site.target.kind === 'manual') return false;
  if (nameSource(site) === undefined && !isByRequest(site)) return false;
  return site.trace === 'none' ? tableOffset(reading) !== undefined : hasTable(reading);
}

/** Only the request contains the tool's name, and the runtime reads it from there. */
function isByRequest(site: HandlerSite): boolean {
  const { target } = site;
  return nameSource(site) === undefined && 'request' in target && target.request !== undefined;
}

export function hasTable({ wrappers }: SourceReading): boolean {
  return wrappers.some(({ isTasks }) => isTasks);
}

/** Adds the table to a file that has a shared site and no table yet. */
export function addTable(
  reading: SourceReading,
  sites: readonly HandlerSite[],
  facts: ReadonlyMap<string, ToolFacts>,
  options: Pick<WrapOptions, 'style' | 'quote' | 'trailingComma' | 'names' | 'width'>,
): Edit[] {
  const at = tableOffset(reading);
  const users = sites.filter((site) => site.trace === 'none' && usesTaskTable(reading, site));
  if (at === undefined || users.length === 0 || facts.size === 0 || hasTable(reading)) return [];
  const isTyped = !/\.[cm]?jsx?$/.test(reading.original.fileName);
  return [insertion(at, printTasks(facts, options, isTyped ? typeFor(users, options) : undefined))];
}

/** The table's type, from a function that the generated code imports anyway. */
function typeFor(sites: readonly HandlerSite[], { names }: Pick<WrapOptions, 'names'>): string {
  if (sites.every(isByRequest)) return `Parameters<typeof ${names.local('fromToolCall')}>[3]`;
  const isValue = sites.every((site) => site.target.kind === 'value');
  const consumer = names.local(isValue ? 'traceMcpTool' : 'mcpToolMetadata');
  return `Record<string, Parameters<typeof ${consumer}>[2]>`;
}

/** The table is below the file's own imports. A file without imports gets no table. */
function tableOffset({ original, imports }: SourceReading): number | undefined {
  const own = imports.declarations.length > imports.runtime.length;
  return own && !original.text.includes(TASKS) ? belowImports(original) : undefined;
}
