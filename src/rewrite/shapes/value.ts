import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import { quoted } from '../../text/style.js';
import { CAPTURE_INPUT, TASKS, WITHOUT_INPUT } from '../../tools/generated-names.js';
import { METHODS } from '../../tools/methods.js';
import { type HandlerSite, labelOf, nameSource, type ValueTarget } from '../../tools/site.js';
import { type CallExpression, type Expression, isCallOf, property, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { type Arguments, aroundArgument, callInLines, printArguments } from './argument.js';
import { breakAbove, type OwnLine, ownLine } from './own-line.js';
import { columnsOf, fits } from './width.js';

/**
 * `handler` becomes `traceMcpTool('server', 'tool', 'task', handler)`, or `traceMcpResource('server', 'name', handler)`.
 */
export function printValue(
  text: string,
  site: HandlerSite,
  target: ValueTarget,
  options: WrapOptions,
): Edit[] {
  const server = quoted(options.server, options.quote);
  const name = nameSource(site) ?? quoted(labelOf(site), options.quote);
  const task = site.kind === 'tool' ? `${taskSource(site, options)}, ` : '';
  const { start, end } = target.body;
  const run = options.names.local(METHODS[site.kind].run);
  const open = `${run}(${server}, ${name}, ${task}`;
  const close = target.withoutInput ? `, ${WITHOUT_INPUT})` : ')';
  const before = [server, name, ...(task === '' ? [] : [task.slice(0, -', '.length)])];
  const after = target.withoutInput ? [WITHOUT_INPUT] : [];
  const belowIfWide = (opened: string) => {
    const first = text.slice(lineStart(text, start), start) + opened;
    const isWide = options.width.isStated && columnsOf(first, options.width.tab) > options.width.line;
    return isWide ? ownLine(text, target.body, options.style) : undefined;
  };
  if (target.member === 'shorthand') {
    const handler = text.slice(start, end);
    const line = `: ${open}${handler}${close}`;
    if (fits(text, target.body, { open: '', close: line }, options.width)) return [insertion(end, line)];
    const below = belowIfWide(`${handler}: ${run}(`);
    if (below) return printBelow(text, target, below, { run, before, after }, options);
    const place = { indent: indentAt(text, start), level: levelAt(text, start, options.style.indent) };
    return [insertion(end, `: ${callInLines(run, [...before, handler, ...after], place, options)}`)];
  }
  // Our parentheses distinguish `run: (run)` from the shorthand `run`.
  const [left, right] = target.member === 'repeated' ? ['(', `)${close}`] : ['', close];
  const given = { open: open + left, close: right };
  if (fits(text, target.body, given, options.width))
    return [insertion(start, given.open), insertion(end, right)];
  const below = belowIfWide(`${run}(`);
  if (below) return printBelow(text, target, below, { run, before, after, isNested: left !== '' }, options);
  return printArguments(text, target, { run, before, after, isNested: left !== '' }, options);
}

/**
 * Prints the call on a new line: the names on one line, and the handler on its own lines below. This shape shows that the
 * line break is ours.
 */
function printBelow(
  text: string,
  { body: { start, end }, lines, member }: ValueTarget,
  { edit, base, level }: OwnLine,
  { run, before, after, isNested }: Arguments,
  { style: { eol }, trailingComma, width }: WrapOptions,
): Edit[] {
  const names = `${before.join(', ')},`;
  const inner = `${eol}${base}${level}`;
  const lead = text.slice(edit.end, start) + (member === 'shorthand' ? `${text.slice(start, end)}: ` : '');
  const isBeside = columnsOf(`${base}${lead}${run}(${names}`, width.tab) <= width.line;
  const [left, right] = isNested ? ['(', ')'] : ['', ''];
  const open = `${run}(${isBeside ? '' : inner}${names}${inner}${left}`;
  const below = after.map((one) => `,${inner}${one}`).join('');
  const close = `${right}${below}${trailingComma ? ',' : ''}${eol}${base})`;
  if (member === 'shorthand') return [edit, insertion(end, `: ${open}${text.slice(start, end)}${close}`)];
  return [
    edit,
    insertion(start, open),
    ...lines.map((at) => insertion(at, level + level)),
    insertion(end, close),
  ];
}

/** Source text of the task: a literal for one tool, or a lookup in the table for a shared site. */
function taskSource(site: HandlerSite, { task, quote, hasTasks }: WrapOptions): string {
  const literal = quoted(task ?? 'orchestrate', quote);
  const name = nameSource(site);
  return task === undefined && hasTasks && name !== undefined ? `${TASKS}[${name}] ?? ${literal}` : literal;
}

/** Only a tool has a task. It is the argument before the handler. */
function handlerIndex(call: CallExpression, names: ImportedNames): number | undefined {
  const found = Object.entries(METHODS).find(([, { run }]) => isCallOf(call, names.get(run)));
  return found && (found[0] === 'tool' ? 3 : 2);
}

export function recogniseValue(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const at = handlerIndex(call, names);
  if (at === undefined || !isAroundHandler(call, at)) return undefined;
  const task = at === 3 ? call.arguments[2] : undefined;
  const written = task && ts.isStringLiteralLike(task) ? { task: task.text } : {};
  return { ...aroundHandler(call, call.arguments[at] as Expression), ...written };
}

/** Returns true for a call with no options, or with the only option that `init` writes. */
function isAroundHandler({ arguments: given }: CallExpression, at: number): boolean {
  const options = given[at + 1];
  if (options === undefined) return given.length === at + 1;
  if (given.length > at + 2 || !ts.isObjectLiteralExpression(options)) return false;
  return options.properties.length === 1 && property(options, CAPTURE_INPUT) !== undefined;
}

/** The wrapper of `traceMcpTool(server, tool, task, handler)`. A member that was a shorthand becomes one again. */
function aroundHandler(call: CallExpression, handler: Expression): Wrapper {
  const member = ts.isPropertyAssignment(call.parent) ? call.parent.name : undefined;
  const isBelow = isBelowNames(call, handler);
  const above = isBelow ? breakAbove(call.getSourceFile().text, call.getStart()) : undefined;
  if (member && ts.isIdentifier(handler) && handler.text === member.getText()) {
    const cuts = [...(above ? [above] : []), { start: member.end, end: call.end }];
    return { content: member.getStart(), cuts };
  }
  const inner = ts.isParenthesizedExpression(handler) ? handler.expression : undefined;
  const isRepeated = member && inner && inner.getText() === member.getText();
  return aroundArgument(call, isRepeated ? inner : handler, above);
}

/** Returns true if the names are on one line, and the handler is below. */
function isBelowNames(call: CallExpression, handler: Expression): boolean {
  const names = call.arguments.slice(0, call.arguments.indexOf(handler));
  const { text } = call.getSourceFile();
  const places = [...names, handler].map((one) => lineStart(text, one.getStart()));
  return new Set(places.slice(0, -1)).size === 1 && places[0] !== places.at(-1);
}
