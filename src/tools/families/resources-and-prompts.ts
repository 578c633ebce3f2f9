import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import { BARE_SITE, type HandlerKind, type HandlerSite, type SiteFamily } from '../site.js';
import { calledMember } from '../syntax/called-member.js';
import { functionOf } from '../syntax/functions.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isFunctionWithBody,
  isInlineFunction,
  lineOf,
  memberOf,
  type Node,
  property,
  ts,
} from '../syntax/syntax.js';
import { valueTarget } from '../targets/value-target.js';
import { memberIn } from '../tool-object.js';
import { isTypedServerName } from '../vocabulary.js';

/**
 * Calls that register a resource or a prompt, with SDK v1, SDK v2 or mcp-lite. The handler is wrapped as a value: its
 * arguments depend on the URI and the schema, and the runtime distinguishes them.
 */
export const resourcesAndPrompts: Family = {
  id: 'resource or prompt',
  prefilter:
    /(?:server|mcp|srv)(?:\(\))?[!?]?\s*\.\s*(?:resource|registerResource|prompt|registerPrompt)\s*[(<]/i,
  visit: {
    call(node, context) {
      const site = readResourceOrPrompt(node, context);
      return site && [{ site }];
    },
  },
};

const METHODS: Readonly<Record<string, { readonly kind: HandlerKind; readonly family: SiteFamily }>> = {
  resource: { kind: 'resource', family: 'server.resource' },
  registerResource: { kind: 'resource', family: 'server.registerResource' },
  prompt: { kind: 'prompt', family: 'server.prompt' },
  registerPrompt: { kind: 'prompt', family: 'server.registerPrompt' },
};

function readResourceOrPrompt(call: CallExpression, context: FileContext): HandlerSite | undefined {
  const member = calledMember(call.expression);
  const method = member && Object.hasOwn(METHODS, member.name) ? METHODS[member.name] : undefined;
  if (!member || !method || !isTypedServerName(member.owner.getText())) return undefined;
  // Handlers that are registered through the replacement are wrapped at their registration.
  if (isReplacement(call, member.name)) return undefined;
  const [name] = call.arguments;
  const label = name && !ts.isSpreadElement(name) ? readName(name, context) : undefined;
  if (!label) return undefined;
  const site = { ...BARE_SITE, ...method, name: label, line: lineOf(call) } as const;
  const handler = call.arguments.some(ts.isSpreadElement) ? undefined : handlerIn(call);
  if (handler) return { ...site, target: valueTarget(handler) };
  // `prompt('What?')` of another library has no handler.
  if (call.arguments.length < 2) return undefined;
  return { ...site, target: { kind: 'manual', reason: 'the handler was not found among the arguments' } };
}

/** Returns true inside `server.registerPrompt = (…) => original(…)`. */
function isReplacement(call: CallExpression, name: string): boolean {
  for (let node: Node = call; node.parent; node = node.parent) {
    const { parent } = node;
    if (ts.isBinaryExpression(parent) && parent.right === node && memberOf(parent.left)?.name === name)
      return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  }
  return false;
}

function readName(argument: Expression, { constants }: FileContext): HandlerSite['name'] | undefined {
  const value = constants.text(argument);
  if (value !== undefined) return { kind: 'literal', value };
  const node = bare(argument);
  // A call is not allowed as a name: the second call may return another name.
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return undefined;
  const source = argument.getText();
  return { kind: 'expression', source, label: `\${${node.getText()}}`, many: false };
}

/** The handler is the last argument. In mcp-lite, it is the `handler` of an object in that place. */
function handlerIn(call: CallExpression): Expression | undefined {
  const inline = call.arguments.find((argument) => isInlineFunction(bare(argument)));
  if (inline) return inline;
  const last = call.arguments.at(-1);
  if (!last || call.arguments.length < 2) return undefined;
  const node = bare(last);
  if (ts.isObjectLiteralExpression(node)) {
    const member = memberIn(node, 'handler');
    const value = property(node, 'handler');
    return member && !isFunctionWithBody(member) ? (member as Expression) : value;
  }
  if (functionOf(last)) return last;
  // At the SDK's position for the handler, any expression counts.
  const method = calledMember(call.expression)?.name ?? '';
  const at = method === 'registerResource' ? 3 : method === 'registerPrompt' ? 2 : -1;
  const isValue = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isCallExpression(node);
  return call.arguments.length === at + 1 && isValue ? last : undefined;
}
