import type { Edit } from '../core/edits.js';
import { styleOf, type TextStyle } from '../text/style.js';
import type { HandlerSite, MessageSite, ModelClient, ServerSite } from '../tools/site.js';
import { indentedLines } from '../tools/syntax/line-starts.js';
import { addImports } from './import-edits.js';
import { runtimeNames } from './names.js';
import { quoteOf } from './quotes.js';
import type { SourceReading } from './read-source.js';
import { semicolonOf } from './semicolons.js';
import { deeper } from './shapes/laid-out.js';
import { printMessage } from './shapes/message.js';
import { printModels } from './shapes/model.js';
import { printServer } from './shapes/server.js';
import type { ToolFacts } from './shapes/tasks.js';
import { columnsOf, type PageWidth, widthOf } from './shapes/width.js';
import { addTable, hasTable } from './task-table.js';
import { wrapSite } from './wrap.js';
import { cutsOf } from './wrapper.js';

export interface TraceOptions {
  readonly server: string;
  /** Metadata of tools in shared places, by name. */
  readonly facts: ReadonlyMap<string, ToolFacts>;
  /** Whether model clients outside of the sites are watched. */
  readonly watchModels: boolean;
  /** Servers to be observed. */
  readonly servers: readonly ServerSite[];
  /** Where hand-written servers get messages that are to be observed. */
  readonly messages: readonly MessageSite[];
  /** undefined where the project states none. */
  readonly width: PageWidth | undefined;
  /** undefined where one place serves many tools. */
  taskOf(site: HandlerSite): string | undefined;
  /** undefined where nothing needs saying. */
  oversightOf(site: HandlerSite): string | undefined;
}

/** The edits that make a file's tools traced; those that are traced already are left as they are. */
export function traceTools(
  reading: SourceReading,
  sites: readonly HandlerSite[],
  options: TraceOptions,
): Edit[] {
  const { original, imports, wrappers } = reading;
  const style = styleOf(original.text);
  const names = runtimeNames(imports, original);
  const wrapping = {
    server: options.server,
    names,
    style,
    quote: quoteOf(original),
    trailingComma: hasTrailingCommas(original.text),
    width: options.width ? { ...options.width, isStated: true } : widthOf(original.text),
    semicolon: semicolonOf(original, imports.declarations),
  };
  const open = openSites(sites);
  const table = addTable(reading, open, options.facts, wrapping);
  const messages = options.messages.map((site) =>
    printMessage(original.text, site, { ...wrapping, name: options.server }),
  );
  const wrapped = open.map((site) =>
    wrapSite(original.text, site, {
      ...wrapping,
      width: widthAt(site, options.messages, wrapping),
      hasTasks: table.length > 0 || hasTable(reading),
      task: options.taskOf(site),
      oversight: options.oversightOf(site),
    }),
  );
  const edits = [
    ...table,
    // Around edits at the same offset.
    ...messages.flatMap((one) => one.slice(0, -1)),
    ...wrapped.flatMap((one) => furtherIn([...messages, ...wrapped.filter((other) => other !== one)], one)),
    ...(options.watchModels
      ? furtherIn(
          [...messages, ...wrapped],
          printModels(original.text, modelsOutside(reading, sites), undefined, wrapping, { isDeeper: true }),
        )
      : []),
    ...options.servers.flatMap((site) =>
      printServer(original.text, site, {
        ...wrapping,
        name: site.name ?? options.server,
        quote: site.quote ?? wrapping.quote,
        lines: indentedLines(original, site.start, site.end),
      }),
    ),
    ...messages.flatMap((one) => one.slice(-1)),
  ];
  if (edits.length === 0) return [];
  const all = [...addImports(original, imports, names.missing(), wrapping), ...edits];
  return wrappers.length === 0 ? all : shifted(all, cutsOf(wrappers));
}

/** A page is narrower inside what is observed, whose lines go in by a level. */
function widthAt(
  { target }: HandlerSite,
  messages: readonly MessageSite[],
  { width, style }: { readonly width: PageWidth; readonly style: TextStyle },
): PageWidth {
  if (target.kind === 'manual') return width;
  const { start } = target.body;
  const around = messages.filter(({ target: { body } }) => body.start < start && start < body.end);
  return { ...width, line: width.line - around.length * columnsOf(style.indent, width.tab) };
}

/** Text in lines that another wrapper indents is indented as far as these lines. */
function furtherIn(wrappers: readonly (readonly Edit[])[], edits: readonly Edit[]): Edit[] {
  const indenting = wrappers.flatMap((wrapper) => {
    const level = wrapper.find(({ text }) => /^[ \t]+$/.test(text))?.text;
    const starts = wrapper.map(({ start }) => start);
    return level === undefined ? [] : [{ level, start: Math.min(...starts), end: Math.max(...starts) }];
  });
  return edits.map((edit) => {
    const around = indenting.filter(({ start, end }) => start < edit.start && edit.end < end);
    const level = around.map((one) => one.level).join('');
    return level === '' ? edit : deeper(edit, level);
  });
}

/** Model clients outside the functions that are wrapped now: the trace they belong to is known when they run. */
export function modelsOutside(reading: SourceReading, sites: readonly HandlerSite[]): ModelClient[] {
  const inside = new Set(
    openSites(sites).flatMap(({ target }) =>
      target.kind === 'function' ? target.models.map(({ start }) => start) : [],
    ),
  );
  return reading.models.filter(({ start }) => !inside.has(start));
}

function openSites(sites: readonly HandlerSite[]): HandlerSite[] {
  return onePerPlace(sites).filter((site) => site.trace === 'none');
}

/** Several names of one arm share its body: it is wrapped once, by the name known when it runs. */
function onePerPlace(sites: readonly HandlerSite[]): HandlerSite[] {
  const places = new Map<number, HandlerSite>();
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
    for (const cut of cuts) if (cut.start <= result) result += cut.end - cut.start - cut.text.length;
    return result;
  };
  return edits.map(({ start, end, text }) => ({ start: toCurrent(start), end: toCurrent(end), text }));
}

/** Whether multi-line lists in this file end with a comma; without an example, yes, as formatters do. */
function hasTrailingCommas(text: string): boolean {
  const withComma = text.match(/,\r?\n\s{0,200}[}\])]/g)?.length ?? 0;
  // The last member of an object, so not the end of a statement or of a block.
  const without =
    text.match(/^[ \t]{0,200}[\w'"]{1,200}:[^{;\r\n]{0,1000}[^,;{([\s]\r?\n[ \t]{0,200}\}/gm)?.length ?? 0;
  return withComma >= without;
}
