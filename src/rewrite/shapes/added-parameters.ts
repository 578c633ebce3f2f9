import { CONTEXT_PARAMETER, INPUT_PARAMETER, REST_BINDING } from '../../tools/generated-names.js';
import type { Range } from '../../tools/site.js';
import {
  type CallExpression,
  functionAround,
  type InlineFunction,
  identifiersIn,
  type ParameterDeclaration,
  ts,
  walk,
} from '../../tools/syntax/syntax.js';
import type { Cut } from '../wrapper.js';

/** Finds the parameters that `init` added to the function around a trace, to give input and context a name. */
export function addedParameters(call: CallExpression, inner: InlineFunction): Cut[] {
  const parameters = functionAround(call)?.parameters ?? [];
  return [...addedRest(parameters[0], inner), ...addedContext(parameters, inner)];
}

function addedRest(first: ParameterDeclaration | undefined, inner: InlineFunction): Range[] {
  if (!first || !ts.isObjectBindingPattern(first.name)) return [];
  const { elements } = first.name;
  const rest = elements.at(-1);
  const before = elements.at(-2);
  if (!rest?.dotDotDotToken || !before || rest.name.getText() !== REST_BINDING) return [];
  return isUsedIn(inner, REST_BINDING) ? [] : [{ start: before.end, end: rest.end }];
}

function addedContext(parameters: readonly ParameterDeclaration[], inner: InlineFunction): Cut[] {
  const first = parameters.findIndex(({ name }) => {
    if (!ts.isIdentifier(name)) return false;
    if (name.text !== INPUT_PARAMETER && name.text !== CONTEXT_PARAMETER) return false;
    return !isUsedIn(inner, name.text);
  });
  const from = parameters[first];
  const last = parameters.at(-1);
  if (!from || !last) return [];
  const before = parameters[first - 1];
  if (before) return [{ start: before.end, end: last.end }];
  // A formatter may have removed the parentheses.
  const file = from.getSourceFile().text;
  const isBare = !/^\s*[,)]/.test(file.slice(last.end));
  return [{ start: from.getStart(), end: last.end, ...(isBare ? { text: '()' } : {}) }];
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
