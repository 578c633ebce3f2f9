import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { splice } from '../core/edits.js';
import { LAYERS, type Layer } from '../core/layers.js';
import { about, type Change, type PlannedServer, type PlannedTool, rewrite } from '../core/plan.js';
import { type FileRecord, hashOf, type ObserveRecord, RECORD_FILE, writeRecord } from '../core/record.js';
import type { Neighbour } from '../project/snapshot.js';
import { OBSERVED_SERVER } from '../tools/generated-names.js';
import type { InitIntent } from './intent.js';
import { type Layout, textAfter } from './layouts.js';
import { recordEdits } from './undo-steps.js';

/** Input for a record, without the changes. */
export interface RecordContext {
  readonly record: ObserveRecord | undefined;
  /** The record on the disk. */
  readonly text: string | undefined;
  readonly configPath: string | undefined;
  readonly tools: readonly PlannedTool[];
  readonly servers: readonly PlannedServer[];
  neighbours(): readonly Neighbour[];
}

/**
 * The record after `changes`. A second `init` with the same choices does not change it. Sources are undone by
 * their shape, and files with keys by their block. So the record contains only sources that a formatter
 * changed.
 */
export function planRecord(context: RecordContext, changes: readonly Change[], intent: InitIntent): Change[] {
  const { record } = context;
  const known = record?.files ?? {};
  const entries = new Map(Object.entries(known));
  for (const change of changes) {
    if (change.purpose === 'secrets') continue;
    const layout = layoutMade(change, intent);
    const entry =
      change.purpose === 'source'
        ? recordSource(entries.get(change.path), change, layout)
        : recordFile(entries.get(change.path), change, layout);
    if (entry) entries.set(change.path, entry);
    else entries.delete(change.path);
  }
  const own = record ? record.own : ownTraces(context);
  const next: ObserveRecord = {
    layers: LAYERS.filter((layer) => intent.layers.includes(layer) || isSetUp(layer, context)),
    runtime: intent.runtime,
    sampling: intent.sampling,
    ...(intent.destinations.length > 0 ? { destinations: intent.destinations } : {}),
    ...(intent.server === undefined ? {} : { server: intent.server }),
    ...(intent.redactQueryString ? { redactQueryString: true } : {}),
    ...(intent.keepDisabled ? { keepDisabled: true } : {}),
    ...(intent.agentFiles.length > 0 ? { agentFiles: intent.agentFiles } : {}),
    ...(intent.registrars.length > 0 ? { registrars: intent.registrars } : {}),
    files: Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(own ? { own } : {}),
    ...(record?.rules ? { rules: record.rules } : {}),
  };
  // Compares values, because a formatter may have changed the file's text.
  if (record && isDeepStrictEqual(record, next)) return [];
  return about('record', rewrite(RECORD_FILE, context.text, writeRecord(next)));
}

/** The formatted text of a change, if it differs from the planned text. */
function layoutMade(change: Change, { layouts }: InitIntent): Layout | undefined {
  const layout = layouts?.get(change.path);
  return layout && layout.planned !== layout.text && layout.text === textAfter(change) ? layout : undefined;
}

function recordFile(
  earlier: FileRecord | undefined,
  change: Change,
  layout: Layout | undefined,
): FileRecord | undefined {
  if (change.action === 'delete') return undefined;
  const entry =
    change.action === 'create'
      ? { hash: hashOf(change.text), created: true as const }
      : recordEdits(earlier, change.before, change.edits);
  return layout && entry.created ? { ...entry, from: hashOf(layout.planned) } : entry;
}

/** The exact original of a formatted source can't be computed from it, but git has it. */
function recordSource(
  earlier: FileRecord | undefined,
  change: Change,
  layout: Layout | undefined,
): FileRecord | undefined {
  if (change.action !== 'modify') return earlier;
  const hash = hashOf(splice(change.before, change.edits));
  const follows = earlier?.hash === hashOf(change.before);
  if (!layout) return follows && earlier ? { ...earlier, hash } : undefined;
  const before = follows ? earlier?.before : layout.before;
  return { hash, from: hashOf(layout.planned), ...(before === undefined ? {} : { before }) };
}

/** Layers of the earlier record stay if they are still set up. */
function isSetUp(layer: Layer, { record, configPath }: RecordContext): boolean {
  if (!record?.layers.includes(layer)) return false;
  return layer !== 'cloudflare' || (configPath !== undefined && record.files[configPath] !== undefined);
}

/**
 * Traces that were in the sources before the first `init`, which `remove` keeps. In a shared package, a
 * neighbour's `init` wrote the traces, except those that its record lists.
 */
function ownTraces({ tools, servers, neighbours }: RecordContext): Record<string, string[]> | undefined {
  const own: Record<string, string[]> = {};
  const theirs = once(neighbours);
  const observed = servers.filter(({ status }) => status === 'observed');
  const traced = [
    ...tools.filter(({ status }) => status === 'traced'),
    ...observed.map(({ file }) => ({ name: OBSERVED_SERVER, file })),
  ];
  for (const { name, file } of traced) {
    if (file.startsWith('../') && isMadeBy(theirs(), file, name)) continue;
    own[file] = [...(own[file] ?? []), name];
  }
  return Object.keys(own).length > 0 ? own : undefined;
}

function isMadeBy(neighbours: readonly Neighbour[], file: string, tool: string): boolean {
  return neighbours.some(({ project, dir }) => {
    const theirs = posix.relative(dir, file);
    if (!project.sources.some((source) => source.reachable && source.path === theirs)) return false;
    const { record } = project;
    return record !== undefined && !record.own?.[theirs]?.includes(tool);
  });
}

/** Reading neighbours takes time: do it once, on the first use. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
