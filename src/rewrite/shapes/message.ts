import { type Edit, insertion } from '../../core/edits.js';
import { quoted, type TextStyle } from '../../text/style.js';
import type { MessageSite, Range } from '../../tools/site.js';
import { type CallExpression, isCallOf, isInlineFunction, ts } from '../../tools/syntax/syntax.js';
import type { RuntimeNames } from '../names.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { recogniseBody } from './body.js';
import { aroundLines, linesWithin, wrapLines } from './laid-out.js';

interface MessageOptions {
  readonly names: RuntimeNames;
  readonly name: string;
  readonly quote: '"' | "'";
  readonly semicolon: ';' | '';
  readonly style: TextStyle;
}

/** The body of `(message) => { … }` becomes `observeMessage('name', message, () => { … })`, or what follows a variable. */
export function printMessage(text: string, site: MessageSite, options: MessageOptions): Edit[] {
  const { target, message, context } = site;
  const { start, end } = target.body;
  const call = `${options.names.local('observeMessage')}(${quoted(options.name, options.quote)}, ${message}, `;
  const close = context === undefined ? ')' : `, ${context})`;
  if (target.kind === 'function') {
    const inner = `${target.async ? 'async ' : ''}()${target.returns ? `: ${target.returns}` : ''} => `;
    if (target.form !== 'function') return [insertion(start, `${call}${inner}`), insertion(end, close)];
    const within = linesWithin(text, target.body);
    if (!within) {
      return [insertion(start, `{ return ${call}${inner}`), insertion(end, `${close}; }`)];
    }
    return inLines(text, within, target.lines ?? [], `return ${call}${inner}{`, close, options);
  }
  const [awaited, inner] = target.awaits ? ['await ', 'async () => {'] : ['', '() => {'];
  return inLines(text, target.body, target.lines, `return ${awaited}${call}${inner}`, close, options);
}

function inLines(
  text: string,
  within: Range,
  lines: readonly number[],
  open: string,
  close: string,
  { style, semicolon }: MessageOptions,
): Edit[] {
  return wrapLines(text, within, lines, { open, close: `}${close}${semicolon}` }, style);
}

export function recogniseMessage(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const inner = call.arguments[2];
  if (!isCallOf(call, names.get('observeMessage')) || !inner || !isInlineFunction(inner)) return undefined;
  const wrapper = aroundStatements(call) ?? recogniseBody(call, inner);
  return wrapper && { ...wrapper, isMessage: true };
}

/** `return observeMessage(…, () => { statements });` behind other statements. */
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
