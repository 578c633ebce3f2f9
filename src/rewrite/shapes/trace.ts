import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import { quoted } from '../../text/style.js';
import { TASKS } from '../../tools/generated-names.js';
import { METHODS } from '../../tools/methods.js';
import {
  type ExpressionTarget,
  type FunctionTarget,
  type HandlerSite,
  type InputSource,
  isShared,
  labelOf,
  nameSource,
  type StatementsTarget,
} from '../../tools/site.js';
import {
  type CallExpression,
  type InlineFunction,
  isCallOf,
  isInlineFunction,
  type Node,
  property,
  ts,
} from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { ImportedNames } from '../wrapper.js';
import { callInLines } from './argument.js';
import { columnsOf } from './width.js';

/** Exports that describe a handler in the options of a generated trace. */
const DESCRIBING_EXPORTS = Object.values(METHODS).flatMap(({ metadata, from }) => [metadata, from]);

/** The place of a printed trace, if it is not the start of the wrapped code. */
export interface Place {
  /** The indentation of its line. */
  readonly base?: string;
  /** Our code before it on the same line. */
  readonly before?: string;
}

/** Prints `createTrace({ … })` on several lines, or on one line in a file of one line. */
export function printTrace(
  text: string,
  site: HandlerSite,
  target: FunctionTarget | ExpressionTarget | StatementsTarget,
  options: WrapOptions,
  place?: Place,
): string {
  const { style, names, server, quote } = options;
  const create = names.local('createTrace');
  const base = place?.base ?? indentAt(text, target.body.start);
  const level = levelAt(text, target.body.start, style.indent);
  const indent = base + level;
  if ('request' in target && target.request !== undefined && isUnnamed(site)) {
    const context = 'context' in target ? target.context : undefined;
    const usesTable = options.hasTasks && site.kind === 'tool';
    const furtherArgs = usesTable ? [context ?? 'undefined', TASKS] : context ? [context] : [];
    const by = names.local(METHODS[site.kind].from);
    const args = [quoted(server, quote), target.request, ...furtherArgs];
    const from = `${by}(${args.join(', ')})`;
    const line = `${create}(${from})`;
    const userLine = place?.base ?? text.slice(lineStart(text, target.body.start), target.body.start);
    const before = userLine + (place?.before ?? '');
    const isWide = columnsOf(`${before}${line}.run(async () => {`, options.width.tab) > options.width.line;
    if (!isWide || !text.includes('\n')) return line;
    const comma = options.trailingComma ? ',' : '';
    const isWideStill = columnsOf(`${indent}${from}${comma}`, options.width.tab) > options.width.line;
    const inner = isWideStill ? callInLines(by, args, { indent, level }, options) : from;
    return `${create}(${style.eol}${indent}${inner}${comma}${style.eol}${base})`;
  }
  const nameExpression = nameSource(site);
  const metadata = [quoted(server, quote), nameExpression ?? quoted(labelOf(site), quote)];
  const task = site.kind === 'tool' ? options.task : undefined;
  if (task !== undefined) metadata.push(quoted(task, quote));
  if (task !== undefined && options.oversight) metadata.push(quoted(options.oversight, quote));
  else if (site.kind === 'tool' && options.hasTasks && isShared(site) && nameExpression !== undefined)
    metadata.push(`${TASKS}[${nameExpression}]`);
  const context = 'context' in target ? target.context : undefined;
  const members = [
    `name: ${nameExpression === undefined ? quoted(`${server}:${labelOf(site)}`, quote) : nameTemplate(server, nameExpression)}`,
    ...(target.input ? [inputMember(target.input, { indent, level }, options)] : []),
    ...(context ? [member('context', context)] : []),
    metadataMember(names.local(METHODS[site.kind].metadata), metadata, { indent, level }, options),
  ];
  if (!text.includes('\n')) return `${create}({ ${members.join(', ')} })`;
  const comma = options.trailingComma ? ',' : '';
  const lines = members.map((member) => indent + member).join(`,${style.eol}`);
  return `${create}({${style.eol}${lines}${comma}${style.eol}${base}})`;
}

/** Only the request contains the tool's name. */
function isUnnamed({ name }: HandlerSite): boolean {
  return name.kind === 'dispatched' && name.source === undefined;
}

function inputMember(
  input: InputSource,
  { indent, level }: { readonly indent: string; readonly level: string },
  options: WrapOptions,
): string {
  const line = member('input', input.text);
  if (!input.members || columnsOf(indent + line, options.width.tab) < options.width.line) return line;
  const { eol } = options.style;
  const members = input.members.map((member) => indent + level + member);
  return `input: {${eol}${members.join(`,${eol}`)}${options.trailingComma ? ',' : ''}${eol}${indent}}`;
}

function metadataMember(
  by: string,
  given: readonly string[],
  { indent, level }: { readonly indent: string; readonly level: string },
  options: WrapOptions,
): string {
  const line = `metadata: ${by}(${given.join(', ')})`;
  if (columnsOf(`${indent}${line},`, options.width.tab) <= options.width.line) return line;
  return `metadata: ${callInLines(by, given, { indent, level }, options)}`;
}

function member(name: string, value: string): string {
  return name === value ? name : `${name}: ${value}`;
}

function nameTemplate(server: string, expression: string): string {
  return `\`${server.replace(/[`\\$]/g, '\\$&')}:\${${expression}}\``;
}

/** Returns `f` in `createTrace(…).run(f)`. */
export function tracedFunction(call: CallExpression, names: ImportedNames): InlineFunction | undefined {
  const [inner, ...more] = call.arguments;
  if (!inner || more.length > 0 || !isInlineFunction(inner)) return undefined;
  if (!ts.isPropertyAccessExpression(call.expression) || call.expression.name.text !== 'run')
    return undefined;
  const trace = call.expression.expression;
  if (!ts.isCallExpression(trace) || !isCallOf(trace, names.get('createTrace'))) return undefined;
  // A trace of another shape was written by a person, so it stays.
  const written = DESCRIBING_EXPORTS.flatMap((name) => names.get(name) ?? []);
  const [options] = trace.arguments;
  const isOurs = options && written.some((name) => new RegExp(`\\b${name}\\(`).test(options.getText()));
  return isOurs ? inner : undefined;
}

/** The task type in the metadata of a trace, if it is a literal. */
export function writtenTask(call: CallExpression, names: ImportedNames): string | undefined {
  const trace = (call.expression as { expression?: Node }).expression;
  const options = trace && ts.isCallExpression(trace) ? trace.arguments[0] : undefined;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const metadata = property(options, 'metadata');
  if (!metadata || !ts.isCallExpression(metadata)) return undefined;
  if (!isCallOf(metadata, names.get(METHODS.tool.metadata))) return undefined;
  const task = metadata.arguments[2];
  return task && ts.isStringLiteralLike(task) ? task.text : undefined;
}
