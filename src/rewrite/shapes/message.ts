import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt } from '../../text/lines.js';
import { quoted, type TextStyle } from '../../text/style.js';
import type { MessageSite, Range } from '../../tools/site.js';
import { type CallExpression, isCallOf, isInlineFunction, ts } from '../../tools/syntax/syntax.js';
import type { RuntimeNames } from '../names.js';
import type { WrapOptions } from '../wrap-options.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { recogniseBody } from './body.js';
import { aroundLines, linesWithin, wrapLines } from './laid-out.js';
import { columnsOf } from './width.js';

interface MessageOptions extends Pick<WrapOptions, 'width' | 'trailingComma'> {
  readonly names: RuntimeNames;
  readonly name: string;
  readonly quote: '"' | "'";
  readonly semicolon: ';' | '';
  readonly style: TextStyle;
}

/**
 * `(message) => { … }` becomes `(message) => observeMessage('name', message, () => { … })`. If the message is a
 * variable, the statements after it are wrapped.
 */
export function printMessage(text: string, site: MessageSite, options: MessageOptions): Edit[] {
  const { target, message, context } = site;
  const { start, end } = target.body;
  const run = options.names.local('observeMessage');
  const args = [quoted(options.name, options.quote), message];
  const call = `${run}(${args.join(', ')}, `;
  const close = context === undefined ? ')' : `, ${context})`;
  if (target.kind === 'function') {
    const inner = `${target.async ? 'async ' : ''}()${target.returns ? `: ${target.returns}` : ''} => `;
    if (target.form !== 'function') return [insertion(start, `${call}${inner}`), insertion(end, close)];
    const within = linesWithin(text, target.body);
    if (!within) {
      return [insertion(start, `{ return ${call}${inner}`), insertion(end, `${close}; }`)];
    }
    const around = { awaited: '', run, args, inner: `${inner}{`, context };
    return printLines(text, within, target.lines ?? [], around, options);
  }
  const [awaited, inner] = target.awaits ? ['await ', 'async () => {'] : ['', '() => {'];
  return printLines(text, target.body, target.lines, { awaited, run, args, inner, context }, options);
}

interface Call {
  readonly awaited: string;
  readonly run: string;
  readonly args: readonly string[];
  /** The start of the inner function, up to its brace. */
  readonly inner: string;
  readonly context: string | undefined;
}

/**
 * Prints `return observeMessage('name', message, () => {` above the user's lines, or each argument on its own line
 * if that is too wide.
 */
function printLines(
  text: string,
  within: Range,
  lines: readonly number[],
  { awaited, run, args, inner, context }: Call,
  { style, semicolon, width, trailingComma }: MessageOptions,
): Edit[] {
  const open = `return ${awaited}${run}(${[...args, inner].join(', ')}`;
  const close = `}${context === undefined ? '' : `, ${context}`})${semicolon}`;
  const base = indentAt(text, within.start);
  if (columnsOf(base + open, width.tab) <= width.line)
    return wrapLines(text, within, lines, { open, close }, style);
  const outer = `${style.eol}${base}`;
  const level = levelAt(text, within.start, style.indent);
  const after = context === undefined ? '' : `,${outer}${level}${context}`;
  const around = {
    open: `return ${awaited}${run}(${[...args, inner].map((one) => outer + level + one).join(',')}`,
    close: `${level}}${after}${trailingComma ? ',' : ''}${outer})${semicolon}`,
    levels: 2,
  };
  return wrapLines(text, within, lines, around, style);
}

export function recogniseMessage(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const inner = call.arguments[2];
  if (!isCallOf(call, names.get('observeMessage')) || !inner || !isInlineFunction(inner)) return undefined;
  const wrapper = aroundStatements(call) ?? recogniseBody(call, inner);
  return wrapper && { ...wrapper, isMessage: true };
}

/** Recognises `return observeMessage(…, () => { statements });` after other statements. */
function aroundStatements(call: CallExpression): Wrapper | undefined {
  const inner = call.arguments[2];
  const statement = ts.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
  if (!inner || !isInlineFunction(inner) || !ts.isBlock(inner.body) || !ts.isReturnStatement(statement))
    return undefined;
  if (!ts.isBlock(statement.parent) || statement.parent.statements.length === 1) return undefined;
  const first = inner.body.statements[0]?.getStart();
  const cuts = aroundLines(statement, inner.body);
  return first === undefined || !cuts ? undefined : { content: first, cuts };
}
