import { bare, type Expression, isInlineFunction, ts } from '../syntax/syntax.js';
import { isFunctionValue } from '../values/kinds.js';
import type { ValueReader } from '../values/values.js';

/**
 * The argument that is called for the tool, by what it is: the first that is shown to be a function, or the only one
 * that can be one. The SDKs take the first argument left over as the callback, so further ones may follow it.
 * undefined where that can't be shown.
 */
export function callbackAmong(given: readonly Expression[], values: ValueReader): Expression | undefined {
  const inline = given.find((argument) => isInlineFunction(bare(argument)));
  if (inline) return inline;
  const answers = given.map((argument) => isFunctionValue(argument, values));
  const shown = given[answers.indexOf(true)];
  if (shown) return shown;
  const open = given.filter((_, index) => answers[index] === undefined);
  const [only, ...more] = open;
  if (more.length === 0) return only;
  // A call that is given a function gives one back; nothing else that is open is written like this.
  const wrapped = open.filter(isGivenFunction);
  if (wrapped.length === 1) return wrapped[0];
  const named = open.filter(isNamedAsFunction);
  return named.length === 1 && wrapped.length === 0 ? named[0] : undefined;
}

/** `guarded(async (args) => …)` of a helper that is not written in the project. */
function isGivenFunction(argument: Expression): boolean {
  const node = bare(argument);
  return ts.isCallExpression(node) && node.arguments.some((one) => isInlineFunction(bare(one)));
}

/** The field's words for a handler: `cb`, `toolHandler`, `tool.execute`. */
function isNamedAsFunction(argument: Expression): boolean {
  return /(^|[a-z_.])(cb|callback|handler|handle|execute|fn|func|impl)$/i.test(bare(argument).getText());
}
