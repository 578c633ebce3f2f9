import type { CandidateFile } from '../../project/source-files.js';
import type { SourceReading } from '../../rewrite/read-source.js';
import { withoutFallbacks } from '../../tools/family-traits.js';
import { type HandlerSite, isShared, labelOf, type ToolDefinition } from '../../tools/site.js';
import type { Modules } from '../../tools/values/modules.js';
import { innerFunctions } from './inner-functions.js';
import { withNames } from './linked-names.js';
import { isCommonJs, type ReadFile } from './read.js';
import { traceInsideRegistrars, unusedRegistrars } from './registrar-calls.js';
import { servedFiles } from './served-files.js';

/** One file of the project, with the facts about it from other files. */
export interface LinkedFile {
  readonly source: CandidateFile;
  readonly reading: SourceReading;
  /** True if the Worker's entry imports it, or if all files were chosen. */
  readonly isInScope: boolean;
  /** Its own sites, and definitions whose callers are unknown. */
  readonly sites: readonly HandlerSite[];
  /** Tools that are named here and run through a place elsewhere. */
  readonly definitions: readonly ToolDefinition[];
  /** True if a handler may call this code. */
  readonly isServed: boolean;
  /** Functions that only look like tools. */
  readonly inner: readonly ToolDefinition[];
  /** Name of the MCP server that the file's tools belong to. */
  readonly server: string;
}

/** All facts about a project's tools, before any decision. */
export interface ProjectTools {
  readonly files: readonly LinkedFile[];
  /** Name of the MCP server for files that do not name one. */
  readonly server: string;
  /** The place that tools named elsewhere run through, and its file. */
  readonly shared: (ReadFile & { readonly site: HandlerSite }) | undefined;
  /** Tools of a shared place are named elsewhere. */
  readonly isNamedElsewhere: boolean;
  /** The only tool that calls the inner functions, if there is only one. */
  readonly outerTool: string | undefined;
  /** True if any tool of the project can be traced. */
  readonly hasTraceable: boolean;
  /** Registrars without any call. */
  readonly unusedRegistrars: readonly string[];
}

export interface LinkOptions {
  readonly fallbackName: string;
  readonly registrars?: readonly string[];
  readonly includeUnreachable: boolean;
  readonly modules: Modules;
  ownerOf?(path: string): string | undefined;
}

/** Joins the facts of all files: names, registrars and shared places. */
export function link(read: readonly ReadFile[], options: LinkOptions): ProjectTools {
  const isInScope = ({ source }: ReadFile) => source.reachable || options.includeUnreachable;
  const named = withNames(withoutFallbackSites(read, isInScope));
  const readings = traceInsideRegistrars(named, isInScope);
  const taken = readings.filter(isInScope);
  const server = onlyServerName(taken) ?? options.fallbackName;
  const shared = sharedPlace(taken);
  const isMcp = taken.some(({ reading }) => reading.isMcp);
  const definitions = definitionsBy(taken, ({ definitions }) => definitions);
  const hasTraceable =
    taken.some(({ reading }) => reading.sites.some(({ target }) => target.kind !== 'manual')) ||
    [...definitions.values()].flat().some(({ handler }) => handler && handler.kind !== 'manual');
  // If nothing describes the tools, the names in the dispatcher count.
  const switchNames = definitionsBy(taken, ({ switchNames }) => switchNames);
  const toolsByFile = shared && definitions.size === 0 ? switchNames : definitions;
  const inner = innerFunctions(taken);
  const served = servedFiles(taken, options.modules);
  const near = new Set(taken.flatMap(({ reading }) => reading.sites.flatMap(namesNear)));
  return {
    files: readings.map((file) => {
      const here = toolsByFile.get(file.source.path) ?? [];
      const isInner = (one: ToolDefinition) => !shared && inner.has(one);
      const tools = here.filter((one) => !isInner(one));
      const standalone = shared || !isMcp ? [] : tools.flatMap(siteOfDefinition).map(file.reading.withTrace);
      return {
        ...file,
        isInScope: isInScope(file),
        isServed: served.has(file.source.path),
        sites: [...file.reading.sites, ...standalone],
        definitions: shared ? here : [],
        inner: isMcp ? here.filter((one) => isInner(one) && one.handler) : [],
        server: file.reading.serverNames[0] ?? options.ownerOf?.(file.source.path) ?? server,
      };
    }),
    server,
    shared,
    isNamedElsewhere: [...toolsByFile.values()].flat().some(({ name }) => !near.has(name)),
    outerTool: inner.outer,
    hasTraceable,
    unusedRegistrars: unusedRegistrars(named, options.registrars ?? []),
  };
}

function withoutFallbackSites(
  files: readonly ReadFile[],
  isInScope: (file: ReadFile) => boolean,
): ReadFile[] {
  const kept = new Set(
    withoutFallbacks(files.filter(isInScope).flatMap(({ reading }) => [...reading.sites])),
  );
  return files.map((file) => {
    const sites = file.reading.sites.filter((site) => !isInScope(file) || kept.has(site));
    return { ...file, reading: { ...file.reading, sites } };
  });
}

/** The code that runs a definition as a site, for a tool whose registration is not visible. */
function siteOfDefinition({ handler, name, line, description, annotations }: ToolDefinition): HandlerSite[] {
  if (!handler) return [];
  const facts = { ...(description ? { description } : {}), ...(annotations ? { annotations } : {}) };
  const known = { ...facts, line, name: { kind: 'literal', value: name }, target: handler } as const;
  return [{ ...known, kind: 'tool', family: 'tool definition', trace: 'none', covers: [] }];
}

/** The first shared place that can be traced. */
function sharedPlace(files: readonly ReadFile[]): ProjectTools['shared'] {
  for (const { source, reading } of files) {
    const site = reading.sites.find((one) => isShared(one) && one.target.kind !== 'manual');
    if (site && !isCommonJs(source)) return { site, source, reading };
  }
  return undefined;
}

/** Tools whose name and code are in different places, by file. Names that a site already has are left out. */
function definitionsBy(
  readings: readonly ReadFile[],
  of: (reading: SourceReading) => readonly ToolDefinition[],
): Map<string, ToolDefinition[]> {
  const seen = new Set(readings.flatMap(({ reading }) => reading.sites.map(labelOf)));
  const named = new Map<string, ToolDefinition[]>();
  const described = new Map(
    readings.flatMap(({ reading }) => reading.definitions.map((one) => [one.name, one])),
  );
  const factsOf = (name: string) => {
    const { description, annotations } = described.get(name) ?? {};
    return { ...(description ? { description } : {}), ...(annotations ? { annotations } : {}) };
  };
  for (const { source, reading } of readings) {
    const near = reading.sites
      .flatMap(({ covers }) => covers)
      .map((one) => ({ ...factsOf(one.name), ...one }));
    const further = of(reading).filter(
      ({ name }) => !seen.has(name) && !near.some((one) => one.name === name),
    );
    for (const { name } of [...near, ...further]) seen.add(name);
    const all = [...near, ...new Map(further.map((one) => [one.name, one])).values()];
    if (all.length > 0) named.set(source.path, all);
  }
  return named;
}

function namesNear({ covers }: HandlerSite): string[] {
  return covers.map(({ name }) => name);
}

function onlyServerName(files: readonly ReadFile[]): string | undefined {
  const names = new Set(files.flatMap(({ reading }) => reading.serverNames));
  return names.size === 1 ? [...names][0] : undefined;
}
