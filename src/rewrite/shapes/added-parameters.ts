import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineEnd, lineStart } from '../../text/lines.js';
import { CONTEXT_PARAMETER, INPUT_PARAMETER, REST_BINDING } from '../../tools/generated-names.js';
import type { FunctionTarget, Range } from '../../tools/site.js';
import {
  type CallExpression,
  functionAround,
  type InlineFunction,
  identifiersIn,
  type ParameterDeclaration,
  type ParameterList,
  ts,
  walk,
} from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Cut } from '../wrapper.js';
import { columnsOf } from './width.js';

interface PrintedParameters {
  readonly edits: readonly Edit[];
  /** The line that the body begins in, up to the body. */
  readonly lead: string;
}

/** Parameters that `init` adds; each parameter in a line of its own if one line is wider than the project states. */
export function printParameters(
  text: string,
  { form, parameters: { start, end }, addParameters = [], body }: FunctionTarget,
  { style, trailingComma, width }: Pick<WrapOptions, 'style' | 'trailingComma' | 'width'>,
): PrintedParameters {
  const line = lineStart(text, body.start);
  const added = addParameters.filter(({ at }) => at >= line).map((one) => one.text);
  const beside = {
    edits: addParameters.map((one) => insertion(one.at, one.text)),
    lead: text.slice(line, body.start) + added.join(''),
  };
  const last = addParameters.at(-1);
  const isPlain = text[start - 1] === '(' && text[end] === ')' && !text.slice(start, end).includes('\n');
  if (!width.isStated || last?.at !== end || !isPlain || !text.includes('\n')) return beside;
  const bodyStart = form === 'function' ? body.start + 1 : body.start;
  const theirs = text.slice(lineStart(text, start), Math.min(bodyStart, lineEnd(text, end))).trimEnd();
  const ours = addParameters.reduce((sum, one) => sum + one.text.length, 0);
  if (columnsOf(theirs, width.tab) + ours <= width.line) return beside;
  const outer = `${style.eol}${indentAt(text, start)}`;
  const inner = `${outer}${levelAt(text, start, style.indent)}`;
  const own = last.text.replace(/^, /, '').split(', ').join(`,${inner}`);
  return {
    edits: [
      ...(start === end ? [] : [insertion(start, inner)]),
      ...addParameters.slice(0, -1).map((one) => insertion(one.at, one.text)),
      insertion(end, `${start === end ? '' : ','}${inner}${own}${trailingComma ? ',' : ''}${outer}`),
    ],
    lead: indentAt(text, start) + text.slice(Math.max(end, line), body.start),
  };
}

/** Finds the parameters that `init` added to the function around a trace, to give input and context a name. */
export function addedParameters(call: CallExpression, inner: InlineFunction): Cut[] {
  const parameters = functionAround(call)?.parameters;
  return parameters ? [...addedRest(parameters[0], inner), ...addedContext(parameters, inner)] : [];
}

function addedRest(first: ParameterDeclaration | undefined, inner: InlineFunction): Range[] {
  if (!first || !ts.isObjectBindingPattern(first.name)) return [];
  const { elements } = first.name;
  const rest = elements.at(-1);
  const before = elements.at(-2);
  if (!rest?.dotDotDotToken || !before || rest.name.getText() !== REST_BINDING) return [];
  return isUsedIn(inner, REST_BINDING) ? [] : [{ start: before.end, end: rest.end }];
}

function addedContext(parameters: ParameterList, inner: InlineFunction): Cut[] {
  const first = parameters.findIndex(({ name }) => {
    if (!ts.isIdentifier(name)) return false;
    if (name.text !== INPUT_PARAMETER && name.text !== CONTEXT_PARAMETER) return false;
    return !isUsedIn(inner, name.text);
  });
  const from = parameters[first];
  const last = parameters.at(-1);
  if (!from || !last) return [];
  const file = from.getSourceFile().text;
  const before = parameters[first - 1];
  const laidOut = inLines(file, parameters, { before, from, last });
  if (laidOut) return laidOut;
  if (before) return [{ start: before.end, end: last.end }];
  // A formatter may have removed the parentheses.
  const isBare = !/^\s*[,)]/.test(file.slice(last.end));
  return [{ start: from.getStart(), end: last.end, ...(isBare ? { text: '()' } : {}) }];
}

interface Added {
  readonly before: ParameterDeclaration | undefined;
  readonly from: ParameterDeclaration;
  readonly last: ParameterDeclaration;
}

/** The cuts where ours is in a line of its own: then all line breaks of the list are ours. */
function inLines(file: string, parameters: ParameterList, { before, from, last }: Added): Cut[] | undefined {
  const above = file.slice(before?.end ?? parameters.pos, from.getStart());
  const behind = /^,?\s*(?=\))/.exec(file.slice(last.end))?.[0];
  if (!/^,?\s*\n\s*$/.test(above) || behind === undefined) return undefined;
  const end = last.end + behind.length;
  if (!before) return [{ start: parameters.pos, end }];
  const lead = /^\s*/.exec(file.slice(parameters.pos))?.[0].length ?? 0;
  return [
    { start: parameters.pos, end: parameters.pos + lead },
    { start: before.end, end },
  ];
}

function isUsedIn(fn: InlineFunction, name: string): boolean {
  let used = false;
  walk(fn, (node) => {
    // An inner function may have its own parameter of this name.
    if (ts.isFunctionLike(node) && node.parameters.some((one) => identifiersIn(one.name).has(name)))
      return false;
    if (ts.isIdentifier(node) && node.text === name) used = true;
    return !used;
  });
  return used;
}
