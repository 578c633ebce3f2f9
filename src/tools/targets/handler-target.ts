import type { HandlerContext } from '../file-context.js';
import type { FunctionTarget, ManualTarget, ValueTarget } from '../site.js';
import { bare, hasDirective, isFunctionWithBody, isInlineFunction, type Node, ts } from '../syntax/syntax.js';
import { functionTarget } from './function-target.js';
import { valueTarget } from './value-target.js';

/** The target for a handler that only the project's own code calls. */
export function handlerTarget(
  handler: Node | undefined,
  context: HandlerContext,
): FunctionTarget | ValueTarget | ManualTarget {
  if (!handler) return { kind: 'manual', reason: 'the code that runs it was not found' };
  if (!isFunctionWithBody(handler))
    return { kind: 'manual', reason: 'its handler was not found in this repository' };
  // A directive must stay first in its function, so the whole function is wrapped.
  if (isInlineFunction(handler) && hasDirective(handler))
    return { ...valueTarget(handler), withoutInput: true };
  return functionTarget(handler, { kind: 'own' }, context);
}

/** The target for a member with the handler. A reference to a function is wrapped as a value. */
export function memberTarget(
  member: Node | undefined,
  context: HandlerContext,
): FunctionTarget | ValueTarget | ManualTarget {
  if (!member || !refersToFunction(member)) return handlerTarget(member, context);
  return { ...valueTarget(member), withoutInput: true };
}

/** Returns true for a name, or a call with a function as its argument: `guarded(async (args) => …)`. */
function refersToFunction(node: Node): boolean {
  if (ts.isIdentifier(node)) return true;
  return ts.isCallExpression(node) && node.arguments.some((argument) => isInlineFunction(bare(argument)));
}
