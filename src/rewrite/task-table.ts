import { type Edit, insertion } from '../core/edits.js';
import { TASKS } from '../tools/generated-names.js';
import { type HandlerSite, isShared, nameSource } from '../tools/site.js';
import { belowImports } from './import-place.js';
import type { SourceReading } from './read-source.js';
import { printTasks } from './shapes/tasks.js';
import type { WrapOptions } from './wrap-options.js';

/** Whether a place of many gives each tool's own task, by a table in its file. */
export function carriesTasks(reading: SourceReading, site: HandlerSite): boolean {
  if (site.kind !== 'tool' || !isShared(site) || nameSource(site) === undefined) return false;
  if (site.target.kind === 'manual') return false;
  return site.trace === 'none' ? placeOf(reading) !== undefined : hasTable(reading);
}

export function hasTable({ wrappers }: SourceReading): boolean {
  return wrappers.some(({ isTasks }) => isTasks);
}

/** The table, for a file that has a place of many to be traced and no table yet. */
export function addTable(
  reading: SourceReading,
  sites: readonly HandlerSite[],
  tasks: ReadonlyMap<string, string>,
  options: Pick<WrapOptions, 'style' | 'quote' | 'trailingComma'>,
): Edit[] {
  const at = placeOf(reading);
  const isWanted = sites.some((site) => site.trace === 'none' && carriesTasks(reading, site));
  if (at === undefined || !isWanted || tasks.size === 0 || hasTable(reading)) return [];
  const isTyped = !/\.[cm]?jsx?$/.test(reading.original.fileName);
  return [insertion(at, printTasks(tasks, options, isTyped))];
}

/** Below the file's own imports; a file without any has no place for it. */
function placeOf({ original, imports }: SourceReading): number | undefined {
  const own = imports.declarations.length > imports.runtime.length;
  return own && !original.text.includes(TASKS) ? belowImports(original) : undefined;
}
