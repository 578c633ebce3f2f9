import type { Fact, Family, Remark } from '../family.js';
import type { FileContext } from '../file-context.js';
import { bringsNoTools, isMcpPackage, isOwnModule } from '../mcp-packages.js';
import {
  bare,
  type CallExpression,
  type Expression,
  lineOf,
  memberOf,
  type NewExpression,
  type Node,
  property,
  ts,
} from '../syntax/syntax.js';
import { isServerClass, isServerVariable } from '../vocabulary.js';
import { isOfAgent } from './server-constructions.js';

/** Servers themselves: what they are called, who makes them, and whether their methods are replaced. */
export const servers: Family = {
  id: 'server',
  prefilter: /new\s+(?:(?:Mcp|MCP)?Server|FastMCP)\b|['"](?:[^'"\n]{0,100}[/@-])?mcp|\bcreateMcpHandler\b/,
  visit: {
    new(node, context) {
      const name = serverName(node, context);
      return name === undefined ? fromPackage(node, context) : [{ serverName: name }];
    },
    assignment: (node) =>
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? said(patched(node.left)) : [],
    call: fromPackage,
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
  if (!/^(?:register(?:Tool|Resource|Prompt)|tool|resource|prompt)$/.test(name)) return undefined;
  return { kind: 'registration-patched', line: lineOf(target), what: name };
}

/**
 * A server that a package makes, or tools that it registers on one: whatever tools these are, they are not in these
 * sources. `createLibraryServer(…)`, `createMcpHandler(library)`, `addLibraryTools(server)`.
 */
function fromPackage(call: CallExpression | NewExpression, context: FileContext): Fact[] {
  const made = foreignPart(call.expression, context);
  if (!made) return said(handedOver(call, context)) ?? [];
  if (BESIDE.test(made.name) || WRAPS.test(made.name)) return [];
  const place = { line: lineOf(call), what: made.what };
  if (REGISTERS.test(made.name) && made.isAboutMcp)
    return [{ remark: { kind: 'tools-from-package', ...place } }];
  const takesServer = (call.arguments ?? []).some((one) => isServerVariable(bare(one).getText()));
  const given = serverPlace(call, context);
  const isMade = (made.isAboutMcp && MAKES.test(made.name)) || given !== undefined;
  if (!isMade || takesServer) return [];
  const remark = { kind: 'server-from-package', ...place } as const;
  const ofAgent = isOfAgent(call);
  const isServer = given === 'sdk' || (given === 'variable' && (made.isAboutMcp || ofAgent));
  if (!isServer) return [{ remark }];
  const site = { start: call.getStart(), end: call.end, line: place.line, bringsTools: true } as const;
  return [{ remark }, { server: ofAgent ? { ...site, isOfAgent: true } : site }];
}

/** `createMcpHandler(library)`: the function itself is handed to the SDK. */
function handedOver(call: CallExpression | NewExpression, context: FileContext): Remark | undefined {
  if (!isOfSdk(call.expression, context)) return undefined;
  for (const argument of call.arguments ?? []) {
    const given = foreignPart(argument, context);
    if (given && !BESIDE.test(given.name))
      return { kind: 'server-from-package', line: lineOf(argument), what: given.what };
  }
  return undefined;
}

/** The imported name of an expression from a package that may define tools. */
function foreignPart(expression: Expression, { imports, values, file }: FileContext) {
  const callee = bare(expression);
  const root = ts.isPropertyAccessExpression(callee) ? bare(callee.expression) : callee;
  if (!ts.isIdentifier(root)) return undefined;
  const from = imports.locals.get(root.text);
  if (from === undefined || isOwnModule(from) || bringsNoTools(from)) return undefined;
  if (OTHER_SERVERS.test(from) || values.isOfProject(file, from)) return undefined;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : root.text;
  return { name, isAboutMcp: /mcp/i.test(`${name} ${from}`), what: `${callee.getText()}\` of \`${from}` };
}

function isOfSdk(expression: Expression, { imports }: FileContext): boolean {
  const from = imports.locals.get(rootName(expression));
  return from !== undefined && isMcpPackage(from) && /handler|serve|app$/i.test(expression.getText());
}

/** `a` of `a`, `a.b` and `a.b(c).d`; without the text between, which may be long. */
function rootName(expression: Expression): string {
  let node: Node = expression;
  while (
    ts.isPropertyAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.expression;
  }
  return ts.isIdentifier(node) ? node.text : '';
}

/** Place that gets the result of a call: the SDK, which accepts only servers, or a server's variable. */
function serverPlace(call: Node, context: FileContext): 'sdk' | 'variable' | undefined {
  let node = call;
  let { parent } = call;
  while (
    parent &&
    (ts.isAwaitExpression(parent) ||
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isArrowFunction(parent))
  ) {
    node = parent;
    parent = parent.parent;
  }
  if (!parent) return undefined;
  if (ts.isCallExpression(parent))
    return parent.expression !== node && isOfSdk(parent.expression, context) ? 'sdk' : undefined;
  const variable =
    ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)
      ? parent.name
      : ts.isBinaryExpression(parent)
        ? parent.left
        : undefined;
  return variable && isServerVariable(variable.getText()) && isMcpFile(context) ? 'variable' : undefined;
}

function isMcpFile({ imports }: FileContext): boolean {
  return [...imports.modules].some(isMcpPackage);
}

/** Packages whose servers speak HTTP, not MCP. */
const OTHER_SERVERS = /^(node:|https?$|net$|express|hono|fastify|koa|ws$|@hono\/(?!mcp)|vite|esbuild)/;

/** Functions that return the server that they receive. */
const WRAPS = /^(wrap|instrument|observe|with|trace|monitor|connect)/i;

/** Exports of packages that are not servers. */
const BESIDE =
  /auth|client|transport|inspector|logger|schema|error|token|middleware|request|context|telemetry/i;

const REGISTERS =
  /^(register|add|install|attach|set_?up|use|mount|load)\w*(tool|server|mcp|resource|prompt|surface)/i;
const MAKES =
  /server$|server_?factory$|^(create|make|build|define|new)\w*mcp|mcp(agent|app|worker|handler)?$/i;
