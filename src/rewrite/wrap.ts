import { type Edit, insertion } from '../core/edits.js';
import { indentAt } from '../text/lines.js';
import { quoted, type TextStyle } from '../text/style.js';
import { TRACE_NAMES, WITHOUT_INPUT } from '../tools/generated-names.js';
import type {
  ExpressionTarget,
  FunctionTarget,
  InputSource,
  StatementsTarget,
  ToolSite,
  ValueTarget,
} from '../tools/site.js';
import type { RuntimeNames } from './names.js';

/** Beyond this the input is laid out one member a line: what formatters' default widths come to. */
const LINE_WIDTH = 100;

export interface WrapOptions {
  readonly server: string;
  /** Atlas task type; undefined where one place serves many tools and the runtime's default holds. */
  readonly task: string | undefined;
  /** Atlas oversight level, where a person should know of it. */
  readonly oversight: string | undefined;
  readonly names: RuntimeNames;
  readonly style: TextStyle;
  /** The file's quote, where the tool's own name has none. */
  readonly quote: '"' | "'";
  readonly trailingComma: boolean;
}

/** The insertions that let a site open a trace; not one character of what is there is changed. */
export function wrapSite(text: string, site: ToolSite, options: WrapOptions): Edit[] {
  switch (site.target.kind) {
    case 'function':
      return wrapFunction(text, site, site.target, options);
    case 'expression':
    case 'block':
      return wrapExpression(text, site, site.target, options);
    case 'statements':
      return wrapStatements(text, site, site.target, options);
    case 'value':
      return wrapValue(text, site, site.target, options);
    case 'manual':
      return [];
  }
}

/** `async (args) => { … }` becomes `async (args) => createTrace({ … }).run(async () => { … })`. */
function wrapFunction(text: string, site: ToolSite, target: FunctionTarget, options: WrapOptions): Edit[] {
  const { names } = options;
  const trace = target.models.length > 0 ? traceName(target) : undefined;
  const returns = target.returns ? `: ${target.returns}` : '';
  const inner = `${target.async ? 'async ' : ''}(${trace ?? ''})${returns} => `;
  const open = `${createTrace(text, site, target, options)}.run(${inner}`;
  const isFunction = target.form === 'function';
  const edits: Edit[] = [];
  for (const { at, text } of target.addParameters ?? []) edits.push(insertion(at, text));
  edits.push(insertion(target.body.start, isFunction ? `{ return ${open}` : open));
  for (const model of target.models) {
    edits.push(insertion(model.start, `${names.local(model.by)}(${trace}, `), insertion(model.end, ')'));
  }
  edits.push(insertion(target.body.end, isFunction ? '); }' : ')'));
  return edits;
}

/** `f(x)` becomes `createTrace({ … }).run(() => f(x))`; with an `await` in it, that is awaited instead. */
function wrapExpression(
  text: string,
  site: ToolSite,
  target: ExpressionTarget,
  options: WrapOptions,
): Edit[] {
  const { start, end } = target.body;
  const open = `${createTrace(text, site, target, options)}.run(${target.awaits ? 'async ' : ''}() => `;
  // Awaited, so that a `try` around it still catches what fails in here.
  const awaited = target.awaits ? 'await ' : '';
  if (target.kind === 'block')
    return [insertion(start, `{ return ${awaited}${open}`), insertion(end, '); }')];
  // A brace would open a body, and parentheses of theirs must stay told apart from ours.
  const isLiteral = !target.isBody && (text[start] === '{' || text[start] === '(');
  const before = `${awaited}${open}${isLiteral ? '(' : ''}`;
  return [insertion(start, before), insertion(end, isLiteral ? '))' : ')')];
}

/** `x = f(); x += g();` becomes `x = createTrace({ … }).run(() => { x = f(); x += g(); return x; });` */
function wrapStatements(
  text: string,
  site: ToolSite,
  target: StatementsTarget,
  options: WrapOptions,
): Edit[] {
  const { body, awaits, sets } = target;
  const run = `${createTrace(text, site, target, options)}.run(${awaits ? 'async ' : ''}() => { `;
  const result = `${awaits ? 'await ' : ''}${run}`;
  const before = sets === undefined ? `return ${result}` : `${sets} = ${result}`;
  // Without a semicolon of theirs a line break ends the last statement: one of ours would become part of it.
  const isEnded = /[;}]/.test(text[body.end - 1] ?? '');
  const gap = isEnded ? ' ' : options.style.eol;
  const after = sets === undefined ? ' });' : `${gap}return ${sets}; });`;
  return [insertion(body.start, before), insertion(body.end, after)];
}

/** `handler` becomes `traceMcpTool('server', 'tool', 'task', handler)`. */
function wrapValue(text: string, site: ToolSite, target: ValueTarget, options: WrapOptions): Edit[] {
  const server = quoted(options.server, options.quote);
  const name = site.nameExpression ?? quoted(site.name, options.quote);
  const task = quoted(options.task ?? 'orchestrate', options.quote);
  const { start, end } = target.body;
  const open = `${options.names.local('traceMcpTool')}(${server}, ${name}, ${task}, `;
  const close = target.withoutInput ? `, ${WITHOUT_INPUT})` : ')';
  if (target.member === 'shorthand') return [insertion(end, `: ${open}${text.slice(start, end)}${close}`)];
  // Its own parentheses tell it from a shorthand that was written out.
  const [left, right] = target.member === 'repeated' ? ['(', `)${close}`] : ['', close];
  return [insertion(start, open + left), insertion(end, right)];
}

function traceName(target: FunctionTarget): string {
  return TRACE_NAMES.find((name) => !target.identifiers.has(name)) ?? '_mcpTrace';
}

function createTrace(
  text: string,
  site: ToolSite,
  target: FunctionTarget | ExpressionTarget | StatementsTarget,
  options: WrapOptions,
): string {
  const { style, names, server } = options;
  const quote = ('quote' in target ? target.quote : undefined) ?? options.quote;
  const create = names.local('createTrace');
  if (
    'request' in target &&
    target.request !== undefined &&
    site.nameExpression === undefined &&
    site.isShared
  ) {
    return `${create}(${names.local('fromToolCall')}(${quoted(server, quote)}, ${target.request}))`;
  }
  const { nameExpression } = site;
  const base = indentAt(text, target.body.start);
  const indent = base + style.indent;
  const metadata = [quoted(server, quote), nameExpression ?? quoted(site.name, quote)];
  if (options.task !== undefined) metadata.push(quoted(options.task, quote));
  if (options.task !== undefined && options.oversight) metadata.push(quoted(options.oversight, quote));
  const context = 'context' in target ? target.context : undefined;
  const members = [
    `name: ${nameExpression === undefined ? quoted(`${server}:${site.name}`, quote) : nameTemplate(server, nameExpression)}`,
    ...(target.input ? [inputMember(target.input, indent, options)] : []),
    ...(context ? [member('context', context)] : []),
    `metadata: ${names.local('mcpToolMetadata')}(${metadata.join(', ')})`,
  ];
  if (!text.includes('\n')) return `${create}({ ${members.join(', ')} })`;
  const comma = options.trailingComma ? ',' : '';
  const lines = members.map((member) => indent + member).join(`,${style.eol}`);
  return `${create}({${style.eol}${lines}${comma}${style.eol}${base}})`;
}

function inputMember(input: InputSource, indent: string, options: WrapOptions): string {
  const line = member('input', input.text);
  if (!input.members || indent.length + line.length < LINE_WIDTH) return line;
  const { eol } = options.style;
  const members = input.members.map((member) => indent + options.style.indent + member);
  return `input: {${eol}${members.join(`,${eol}`)}${options.trailingComma ? ',' : ''}${eol}${indent}}`;
}

function member(name: string, value: string): string {
  return name === value ? name : `${name}: ${value}`;
}

function nameTemplate(server: string, expression: string): string {
  return `\`${server.replace(/[`\\$]/g, '\\$&')}:\${${expression}}\``;
}
