import { bare, type Expression, isInlineFunction, ts } from '../syntax/syntax.js';
import { isFunctionValue } from '../values/kinds.js';
import type { ValueReader } from '../values/values.js';

/**
 * Returns the argument that is the handler: the first that is surely a function, or the only one that can be one. It
 * need not be the last: the SDKs ignore arguments after the callback. Undefined if several arguments are possible.
 */
export function callbackAmong(args: readonly Expression[], values: ValueReader): Expression | undefined {
  const inline = args.find((argument) => isInlineFunction(bare(argument)));
  if (inline) return inline;
  const answers = args.map((argument) => isFunctionValue(argument, values));
  const sure = args[answers.indexOf(true)];
  if (sure) return sure;
  const possible = args.filter((_, index) => answers[index] === undefined);
  const [only, ...more] = possible;
  if (more.length === 0) return only;
  // A call with a function as its argument returns a function. Other possible arguments do not look like this.
  const wrapping = possible.filter(isCallWithFunction);
  if (wrapping.length === 1) return wrapping[0];
  const named = possible.filter(isNamedAsFunction);
  return named.length === 1 && wrapping.length === 0 ? named[0] : undefined;
}

/** `guarded(async (args) => …)`, where the project does not contain the helper. */
function isCallWithFunction(argument: Expression): boolean {
  const node = bare(argument);
  return ts.isCallExpression(node) && node.arguments.some((one) => isInlineFunction(bare(one)));
}

/** Usual names of a handler: `cb`, `toolHandler`, `tool.execute`. */
function isNamedAsFunction(argument: Expression): boolean {
  return /(^|[a-z_.])(cb|callback|handler|handle|execute|fn|func|impl)$/i.test(bare(argument).getText());
}
