import type { Family, Remark } from '../family.js';
import type { FileContext } from '../file-context.js';
import { bringsNoTools, isOwnModule } from '../mcp-packages.js';
import {
  bare,
  type Expression,
  lineOf,
  memberOf,
  type NewExpression,
  type Node,
  property,
  ts,
} from '../syntax/syntax.js';
import { isServerClass, isServerVariable } from '../vocabulary.js';

/** Servers themselves: what they are called, who makes them, and whether their methods are replaced. */
export const servers: Family = {
  id: 'server',
  prefilter: /new\s+(?:(?:Mcp|MCP)?Server|FastMCP)\b/,
  visit: {
    new(node, context) {
      const name = serverName(node, context);
      return name === undefined ? [] : [{ serverName: name }];
    },
    assignment(node, context) {
      if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
      return said(patched(node.left) ?? fromPackage(node.left, node.right, context));
    },
    field: (node, context) => said(node.initializer && fromPackage(node.name, node.initializer, context)),
    variable: (node, context) => said(node.initializer && fromPackage(node.name, node.initializer, context)),
  },
};

function said(remark: Remark | undefined) {
  return remark && [{ remark }];
}

function serverName(node: NewExpression, { constants }: FileContext): string | undefined {
  if (!isServerClass(node.expression.getText())) return undefined;
  const object = node.arguments?.[0] && constants.object(node.arguments[0]);
  const name = object && property(object, 'name');
  return name && constants.text(name);
}

function patched(target: Expression): Remark | undefined {
  const { name = '' } = memberOf(target) ?? {};
  if (!/^(tool|registerTool)$/.test(name)) return undefined;
  return { kind: 'registration-patched', line: lineOf(target), what: name };
}

/** `this.server = mcpServerFactory(…)`: whatever tools that server has are not in these sources. */
function fromPackage(target: Node, value: Expression, { imports }: FileContext): Remark | undefined {
  const call = bare(ts.isAwaitExpression(value) ? value.expression : value);
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return undefined;
  const made = call.expression.text;
  const from = imports.locals.get(made);
  const isForeign = from !== undefined && !isOwnModule(from) && !bringsNoTools(from);
  if (!isForeign || !/mcp/i.test(`${made} ${from}`) || !isServerVariable(target.getText())) return undefined;
  return { kind: 'server-from-package', line: lineOf(call), what: `${made}\` of \`${from}` };
}
