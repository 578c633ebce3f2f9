import { type Edit, insertion } from '../core/edits.js';
import { styleOf } from '../text/style.js';
import { cutsOf, type SourceReading } from '../tools/read-source.js';
import type { ToolDefinition, ToolSite } from '../tools/site.js';
import { type SourceFile, ts, walk } from '../tools/syntax/syntax.js';
import type { Wrapper } from '../tools/wrappers.js';
import { addImports, dropImports } from './import-edits.js';
import { type RuntimeNames, runtimeNames } from './names.js';
import { wrapSite } from './wrap.js';

export interface TraceOptions {
  readonly server: string;
  /** undefined where one place serves many tools. */
  taskOf(site: ToolSite): string | undefined;
  /** undefined where nothing needs saying. */
  oversightOf(site: ToolSite): string | undefined;
}

/** The edits that make a file's tools traced; those that are traced already are left as they are. */
export function traceTools(
  reading: SourceReading,
  sites: readonly ToolSite[],
  options: TraceOptions,
): Edit[] {
  const { original, imports, wrappers } = reading;
  const style = styleOf(original.text);
  const names = runtimeNames(imports, original);
  const wrapping = {
    server: options.server,
    names,
    style,
    quote: fileQuote(original),
    trailingComma: hasTrailingCommas(original.text),
  };
  const open = onePerPlace(sites).filter((site) => site.traced === undefined);
  const edits = [
    ...open.flatMap((site) =>
      wrapSite(original.text, site, {
        ...wrapping,
        task: options.taskOf(site),
        oversight: options.oversightOf(site),
      }),
    ),
    ...observeModels(reading, open, names),
  ];
  if (edits.length === 0) return [];
  const all = [...addImports(original, imports, names.missing(), style), ...edits];
  return wrappers.length === 0 ? all : shifted(all, cutsOf(wrappers));
}

/** Model clients outside the functions that are wrapped now: the trace they belong to is known when they run. */
function observeModels(reading: SourceReading, sites: readonly ToolSite[], names: RuntimeNames): Edit[] {
  const explicit = new Set(
    sites.flatMap(({ target }) =>
      target.kind === 'function' ? target.models.map(({ start }) => start) : [],
    ),
  );
  return reading.models
    .filter(({ start }) => !explicit.has(start))
    .flatMap(({ start, end, by }) => [
      insertion(start, `${names.local(by)}(undefined, `),
      insertion(end, ')'),
    ]);
}

/** What carries a definition out as a site, for a tool that is registered where we can't see it. */
export function siteOfDefinition({ handler, ...told }: ToolDefinition): ToolSite[] {
  return handler ? [{ ...told, family: 'tool definition', target: handler }] : [];
}

/**
 * The edits that take out what `traceTools` wrote, also where values in it were changed since.
 * @param isOwn tells a trace that was there before us
 */
export function untraceTools(reading: SourceReading, isOwn: (wrapper: Wrapper) => boolean): Edit[] {
  const { current, imports, wrappers } = reading;
  const ours = wrappers.filter((wrapper) => !isOwn(wrapper));
  if (ours.length === 0) return [];
  const cuts = cutsOf(ours);
  const { inside, outside } = namesAround(current, cuts);
  return [...dropImports(current, imports, (local) => inside.has(local) && !outside.has(local)), ...cuts];
}

/** Several names of one arm share its body: it is wrapped once, by the name known when it runs. */
function onePerPlace(sites: readonly ToolSite[]): ToolSite[] {
  const places = new Map<number, ToolSite>();
  for (const site of sites) {
    if (site.target.kind === 'manual') continue;
    const { start } = site.target.body;
    if (!places.has(start)) places.set(start, site);
  }
  return [...places.values()];
}

/** Edits of the original text as edits of the text with the cuts still in it. */
function shifted(edits: readonly Edit[], cuts: readonly Edit[]): Edit[] {
  const toCurrent = (offset: number) => {
    let result = offset;
    for (const cut of cuts) if (cut.start <= result) result += cut.end - cut.start;
    return result;
  };
  return edits.map(({ start, end, text }) => ({ start: toCurrent(start), end: toCurrent(end), text }));
}

/** Identifiers written in what is cut out, and in what is left, imports aside. */
function namesAround(file: SourceFile, cuts: readonly Edit[]): { inside: Set<string>; outside: Set<string> } {
  const names = { inside: new Set<string>(), outside: new Set<string>() };
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) return false;
    if (!ts.isIdentifier(node)) return true;
    const at = node.getStart();
    const isCut = cuts.some((cut) => at >= cut.start && at < cut.end);
    (isCut ? names.inside : names.outside).add(node.text);
    return true;
  });
  return names;
}

function fileQuote(file: SourceFile): '"' | "'" {
  const at = file.text.search(/["']/);
  return at === -1 ? "'" : (file.text[at] as '"' | "'");
}

/** Whether lists laid out in lines end in a comma here; where there are none, as formatters do by default. */
function hasTrailingCommas(text: string): boolean {
  const withComma = text.match(/,\r?\n\s{0,200}[}\])]/g)?.length ?? 0;
  // The last member of an object, so not the end of a statement or of a block.
  const without =
    text.match(/^[ \t]{0,200}[\w'"]{1,200}:[^{;\r\n]{0,1000}[^,;{([\s]\r?\n[ \t]{0,200}\}/gm)?.length ?? 0;
  return withComma >= without;
}

/** Tells the wrappers of tools that had a trace of their own before `init`. */
export function ownWrappers(
  reading: SourceReading,
  ownNames: ReadonlySet<string>,
): (wrapper: Wrapper) => boolean {
  const own = new Set<number>();
  for (const site of reading.sites) {
    if (site.traced?.content !== undefined && ownNames.has(site.name)) own.add(site.traced.content);
  }
  return (wrapper) => own.has(wrapper.content);
}
