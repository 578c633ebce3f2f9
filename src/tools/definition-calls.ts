import type { Constants } from './constants.js';
import { lineOf } from './definitions.js';
import { type FileFacts, functionTarget } from './function-target.js';
import type { ToolDefinition } from './site.js';
import { bare, type CallExpression, isInlineFunction, ts } from './syntax.js';

/** Functions that make a tool of a name and a callback: `createTool('list', …, async (client, params) => …)`. */
const FACTORY = /^\w*Tool(With\w+)?$|^tool$/;

/** A call that gives a tool's name first and its function somewhere behind it, to a function of the project. */
export function readFactoryCall(
  call: CallExpression,
  constants: Constants,
  facts: FileFacts,
): ToolDefinition | undefined {
  const callee = call.expression;
  const called = ts.isIdentifier(callee)
    ? callee.text
    : ts.isPropertyAccessExpression(callee)
      ? callee.name.text
      : '';
  const named = call.arguments.find((argument) => !ts.isIdentifier(bare(argument)));
  const name = named && constants.text(named);
  if (!FACTORY.test(called) || !named || name === undefined || /\s/.test(name)) return undefined;
  if (call.arguments.indexOf(named) > 1) return undefined;
  const callback = call.arguments.map(bare).find(isInlineFunction);
  if (!callback && call.arguments.length < 3) return undefined;
  const target = callback && functionTarget(callback, { kind: 'own' }, facts);
  const [description] = call.arguments
    .slice(call.arguments.indexOf(named) + 1)
    .map((argument) => constants.text(argument))
    .filter((text) => text?.includes(' '));
  return {
    name,
    line: lineOf(call),
    ...(description ? { description } : {}),
    ...(target?.kind === 'function' ? { handler: target } : {}),
  };
}
