import { type Edit, insertion } from '../edits.js';
import { indentAt, quoted, type TextStyle } from '../text/style.js';
import { TRACE_NAMES } from '../tools/generated-names.js';
import type { InlineHandler, InputSource, ToolSite } from '../tools/site.js';
import type { RuntimeNames } from './names.js';

/** Beyond this the input is laid out one member a line: what formatters' default widths come to. */
const LINE_WIDTH = 100;

export interface WrapOptions {
  readonly server: string;
  readonly task: string;
  readonly names: RuntimeNames;
  readonly style: TextStyle;
  /** The file's quote, where the tool's own name has none. */
  readonly quote: '"' | "'";
  readonly trailingComma: boolean;
}

/**
 * The insertions that let a handler open a trace; not one character of it is changed.
 *
 * `async (args) => { … }` becomes `async (args) => createTrace({ … }).run(async () => { … })`.
 */
export function wrapHandler(
  text: string,
  site: ToolSite,
  handler: InlineHandler,
  options: WrapOptions,
): Edit[] {
  const { names } = options;
  const trace = handler.models.length > 0 ? traceName(handler) : undefined;
  const inner = `${handler.async ? 'async ' : ''}(${trace ?? ''}) => `;
  const open = `${createTrace(text, site, handler, options)}.run(${inner}`;
  const isFunction = handler.form === 'function';
  const edits: Edit[] = [];
  if (handler.addParameters) edits.push(insertion(handler.addParameters.at, handler.addParameters.text));
  edits.push(insertion(handler.body.start, isFunction ? `{ return ${open}` : open));
  for (const model of handler.models) {
    edits.push(
      insertion(model.start, `${names.local('observeModel')}(${trace}, `),
      insertion(model.end, ')'),
    );
  }
  edits.push(insertion(handler.body.end, isFunction ? '); }' : ')'));
  return edits;
}

function traceName(handler: InlineHandler): string {
  return TRACE_NAMES.find((name) => !handler.identifiers.has(name)) ?? '_mcpTrace';
}

function createTrace(text: string, site: ToolSite, handler: InlineHandler, options: WrapOptions): string {
  const { style, names, server } = options;
  const quote = handler.quote ?? options.quote;
  const { nameExpression } = site;
  const isLocal = nameExpression === undefined;
  const base = indentAt(text, handler.body.start);
  const indent = base + style.indent;
  const toolName = isLocal ? quoted(site.name, quote) : nameExpression;
  const metadata = [quoted(server, quote), toolName, quoted(options.task, quote)].join(', ');
  const members = [
    `name: ${isLocal ? quoted(`${server}:${site.name}`, quote) : nameTemplate(server, nameExpression)}`,
    ...(handler.input ? [inputMember(handler.input, indent, options)] : []),
    ...(handler.context ? [`context: ${handler.context}`] : []),
    `metadata: ${names.local('mcpToolMetadata')}(${metadata})`,
  ];
  const create = names.local('createTrace');
  if (!text.includes('\n')) return `${create}({ ${members.join(', ')} })`;
  const comma = options.trailingComma ? ',' : '';
  const lines = members.map((member) => indent + member).join(`,${style.eol}`);
  return `${create}({${style.eol}${lines}${comma}${style.eol}${base}})`;
}

function inputMember(input: InputSource, indent: string, options: WrapOptions): string {
  const line = `input: ${input.text}`;
  if (!input.members || indent.length + line.length < LINE_WIDTH) return line;
  const { eol } = options.style;
  const members = input.members.map((member) => indent + options.style.indent + member);
  return `input: {${eol}${members.join(`,${eol}`)}${options.trailingComma ? ',' : ''}${eol}${indent}}`;
}

function nameTemplate(server: string, expression: string): string {
  return `\`${server.replace(/[`\\$]/g, '\\$&')}:\${${expression}}\``;
}
