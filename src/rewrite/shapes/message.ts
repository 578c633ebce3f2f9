import { type Edit, insertion } from '../../core/edits.js';
import { indentAt } from '../../text/lines.js';
import { quoted, type TextStyle } from '../../text/style.js';
import type { MessageSite } from '../../tools/site.js';
import { type CallExpression, isCallOf, isInlineFunction, ts } from '../../tools/syntax/syntax.js';
import type { RuntimeNames } from '../names.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { recogniseBody } from './body.js';

interface MessageOptions {
  readonly names: RuntimeNames;
  readonly name: string;
  readonly quote: '"' | "'";
  readonly style: TextStyle;
}

/** The body of `(message) => { … }` becomes `observeMessage('name', message, () => { … })`, or what follows a variable. */
export function printMessage(text: string, site: MessageSite, options: MessageOptions): [Edit, Edit] {
  const { target, message, context } = site;
  const { start, end } = target.body;
  const call = `${options.names.local('observeMessage')}(${quoted(options.name, options.quote)}, ${message}, `;
  const close = context === undefined ? ')' : `, ${context})`;
  if (target.kind === 'function') {
    const inner = `${target.async ? 'async ' : ''}()${target.returns ? `: ${target.returns}` : ''} => `;
    const [before, after] = target.form === 'function' ? ['{ return ', '; }'] : ['', ''];
    return [insertion(start, `${before}${call}${inner}`), insertion(end, `${close}${after}`)];
  }
  const line = `${options.style.eol}${indentAt(text, start)}`;
  const [awaited, inner] = target.awaits ? ['await ', 'async () => {'] : ['', '() => {'];
  return [insertion(start, `return ${awaited}${call}${inner}${line}`), insertion(end, `${line}}${close};`)];
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
  const [first] = inner.body.statements;
  const last = inner.body.statements.at(-1);
  if (!first || !last) return undefined;
  return {
    content: first.getStart(),
    cuts: [
      { start: statement.getStart(), end: first.getStart() },
      { start: last.end, end: statement.end },
    ],
  };
}
