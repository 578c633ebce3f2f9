import type { HandlerContext } from '../file-context.js';
import type { FunctionTarget, ManualTarget, ValueTarget } from '../site.js';
import { bare, hasDirective, isFunctionWithBody, isInlineFunction, type Node, ts } from '../syntax/syntax.js';
import { functionTarget } from './function-target.js';
import { valueTarget } from './value-target.js';

/** What a definition says of the tool's function, which only its own project knows how to call. */
export function handlerTarget(
  handler: Node | undefined,
  context: HandlerContext,
): FunctionTarget | ValueTarget | ManualTarget {
  if (!handler) return { kind: 'manual', reason: 'what carries it out was not found' };
  if (!isFunctionWithBody(handler)) return { kind: 'manual', reason: 'its function is written elsewhere' };
  // A directive has to stay the first thing in its function, so that is wrapped as a whole.
  if (isInlineFunction(handler) && hasDirective(handler))
    return { ...valueTarget(handler), withoutInput: true };
  return functionTarget(handler, { kind: 'own' }, context);
}

/** The same of the member that holds the function: what stands for one there can be traced as a whole. */
export function memberTarget(
  member: Node | undefined,
  context: HandlerContext,
): FunctionTarget | ValueTarget | ManualTarget {
  if (!member || !standsForFunction(member)) return handlerTarget(member, context);
  return { ...valueTarget(member), withoutInput: true };
}

/** A name for a function, or a call that is given one: `guarded(async (args) => …)`. */
function standsForFunction(node: Node): boolean {
  if (ts.isIdentifier(node)) return true;
  return ts.isCallExpression(node) && node.arguments.some((argument) => isInlineFunction(bare(argument)));
}
