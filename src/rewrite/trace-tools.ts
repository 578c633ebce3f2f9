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
  /** If true, model clients outside the sites are observed too. */
  readonly watchModels: boolean;
  /** Servers to observe. */
  readonly servers: readonly ServerSite[];
  /** The places where hand-written servers receive messages to observe. */
  readonly messages: readonly MessageSite[];
  /** Undefined if the project does not configure a line width. */
  readonly width: PageWidth | undefined;
  /** Undefined for a shared site. */
  taskOf(site: HandlerSite): string | undefined;
  /** Undefined for the default level. */
  oversightOf(site: HandlerSite): string | undefined;
}

/** Returns the edits that trace a file's handlers. Handlers that are already traced stay unchanged. */
export function traceTools(
  reading: SourceReading,
  sites: readonly HandlerSite[],
  options: TraceOptions,
): Edit[] {
  const { original, imports, wrappers } = reading;
  const style = styleOf(original.text);
  const names = runtimeNames(imports, original);
  const layout = {
    server: options.server,
    names,
    style,
    quote: quoteOf(original),
    trailingComma: hasTrailingCommas(original.text),
    width: options.width ? { ...options.width, isStated: true } : widthOf(original.text),
    semicolon: semicolonOf(original, imports.declarations),
  };
  const untraced = untracedSites(sites);
  const table = addTable(reading, untraced, options.facts, layout);
  const messages = options.messages.map((site) =>
    printMessage(original.text, site, { ...layout, name: options.server }),
  );
  const wrapped = untraced.map((site) =>
    wrapSite(original.text, site, {
      ...layout,
      width: widthAt(site, options.messages, layout),
      hasTasks: table.length > 0 || hasTable(reading),
      task: options.taskOf(site),
      oversight: options.oversightOf(site),
    }),
  );
  const edits = [
    ...table,
    // The message wrapper is outside wrappers at the same offset, so it opens first and closes last.
    ...messages.flatMap((one) => one.slice(0, -1)),
    ...wrapped.flatMap((one) => indentedBy([...messages, ...wrapped.filter((other) => other !== one)], one)),
    ...(options.watchModels
      ? indentedBy(
          [...messages, ...wrapped],
          printModels(original.text, modelsOutside(reading, sites), undefined, layout, { isDeeper: true }),
        )
      : []),
    ...options.servers.flatMap((site) =>
      printServer(original.text, site, {
        ...layout,
        name: site.name ?? options.server,
        quote: site.quote ?? layout.quote,
        lines: indentedLines(original, site.start, site.end),
      }),
    ),
    ...messages.flatMap((one) => one.slice(-1)),
  ];
  if (edits.length === 0) return [];
  const all = [...addImports(original, imports, names.missing(), layout), ...edits];
  return wrappers.length === 0 ? all : inCurrentText(all, cutsOf(wrappers));
}

/** Inside an observed message handler, lines are indented by one more level and have less room. */
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

/** Indents inserted lines by the levels that other wrappers add around them. */
function indentedBy(wrappers: readonly (readonly Edit[])[], edits: readonly Edit[]): Edit[] {
  const indenting = wrappers.flatMap((wrapper) => {
    const indentation = wrapper.find(({ text }) => /^[ \t]+$/.test(text))?.text;
    const starts = wrapper.map(({ start }) => start);
    return indentation === undefined
      ? []
      : [{ indentation, start: Math.min(...starts), end: Math.max(...starts) }];
  });
  return edits.map((edit) => {
    const around = indenting.filter(({ start, end }) => start < edit.start && edit.end < end);
    const indentation = around.map((one) => one.indentation).join('');
    return indentation === '' ? edit : deeper(edit, indentation);
  });
}

/** Model clients outside the functions that `init` wraps. The runtime finds their trace when they run. */
export function modelsOutside(reading: SourceReading, sites: readonly HandlerSite[]): ModelClient[] {
  const inside = new Set(
    untracedSites(sites).flatMap(({ target }) =>
      target.kind === 'function' ? target.models.map(({ start }) => start) : [],
    ),
  );
  return reading.models.filter(({ start }) => !inside.has(start));
}

function untracedSites(sites: readonly HandlerSite[]): HandlerSite[] {
  return onePerPlace(sites).filter((site) => site.trace === 'none');
}

/** Several tools may share one body. It gets one wrapper, which reads the tool's name when it runs. */
function onePerPlace(sites: readonly HandlerSite[]): HandlerSite[] {
  const places = new Map<number, HandlerSite>();
  for (const site of sites) {
    if (site.target.kind === 'manual') continue;
    const { start } = site.target.body;
    if (!places.has(start)) places.set(start, site);
  }
  return [...places.values()];
}

/** Converts edits of the original text to edits of the current text, which still contains our wrappers. */
function inCurrentText(edits: readonly Edit[], cuts: readonly Edit[]): Edit[] {
  const toCurrent = (offset: number) => {
    let result = offset;
    for (const cut of cuts) if (cut.start <= result) result += cut.end - cut.start - cut.text.length;
    return result;
  };
  return edits.map(({ start, end, text }) => ({ start: toCurrent(start), end: toCurrent(end), text }));
}

/** Returns true if multi-line lists in this file end with a comma, or if it has none: that is the formatters' default. */
function hasTrailingCommas(text: string): boolean {
  const withComma = text.match(/,\r?\n\s{0,200}[}\])]/g)?.length ?? 0;
  // Matches only the last member of an object, not the end of a statement or of a block.
  const without =
    text.match(/^[ \t]{0,200}[\w'"]{1,200}:[^{;\r\n]{0,1000}[^,;{([\s]\r?\n[ \t]{0,200}\}/gm)?.length ?? 0;
  return withComma >= without;
}
