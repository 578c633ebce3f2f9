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

/** Names of servers, servers that packages create, and code that replaces a server's methods. */
export const servers: Family = {
  id: 'server',
  prefilter: /new\s+(?:(?:Mcp|MCP)?Server|FastMCP)\b|['"](?:[^'"\n]{0,100}[/@-])?mcp|\bcreateMcpHandler\b/,
  visit: {
    new(node, context) {
      const name = serverName(node, context);
      return name === undefined ? fromPackage(node, context) : [{ serverName: name }];
    },
    assignment: (node) =>
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? remarkFacts(patched(node.left)) : [],
    call: fromPackage,
  },
};

function remarkFacts(remark: Remark | undefined) {
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
 * Finds servers that a package creates, and tools that a package registers: `createLibraryServer(…)`,
 * `createMcpHandler(library)`, `addLibraryTools(server)`. Their tools are not in the project's sources.
 */
function fromPackage(call: CallExpression | NewExpression, context: FileContext): Fact[] {
  const exported = packageExport(call.expression, context);
  if (!exported) return remarkFacts(passedToSdk(call, context)) ?? [];
  if (NOT_SERVERS.test(exported.name) || WRAPS.test(exported.name)) return [];
  const place = { line: lineOf(call), what: exported.what };
  if (REGISTERS.test(exported.name) && exported.isAboutMcp)
    return [{ remark: { kind: 'tools-from-package', ...place } }];
  const takesServer = (call.arguments ?? []).some((one) => isServer(bare(one), context));
  if (takesServer && isMcpFile(context) && !USES.test(exported.name))
    return [{ remark: { kind: 'tools-from-package', ...place } }];
  const given = serverPlace(call, context);
  const isMade = (exported.isAboutMcp && MAKES.test(exported.name)) || given !== undefined;
  if (!isMade || takesServer) return [];
  const remark = { kind: 'server-from-package', ...place } as const;
  const ofAgent = isOfAgent(call);
  const isKnown = given === 'sdk' || (given === 'variable' && (exported.isAboutMcp || ofAgent));
  if (!isKnown) return [{ remark }];
  const site = { start: call.getStart(), end: call.end, line: place.line, bringsTools: true } as const;
  return [{ remark }, { server: ofAgent ? { ...site, isOfAgent: true } : site }];
}

/** Returns true for a variable that is named like a server, or that the file declares as one. */
function isServer(expression: Expression, { file }: FileContext): boolean {
  const name = expression.getText();
  if (isServerVariable(name)) return true;
  if (!ts.isIdentifier(expression)) return false;
  const declared = `(?<![\\w$])${name.replaceAll('$', '\\$')}\\s*(?:=\\s*new\\s+|:\\s*)(?:Mcp|MCP)Server\\b`;
  return new RegExp(declared).test(file.text);
}

/** Finds `createMcpHandler(library)`, where the SDK gets the package's function. */
function passedToSdk(call: CallExpression | NewExpression, context: FileContext): Remark | undefined {
  if (!isOfSdk(call.expression, context)) return undefined;
  for (const argument of call.arguments ?? []) {
    const given = packageExport(argument, context);
    if (given && !NOT_SERVERS.test(given.name))
      return { kind: 'server-from-package', line: lineOf(argument), what: given.what };
  }
  return undefined;
}

/** The imported name in an expression, if its package may define tools. */
function packageExport(expression: Expression, { imports, values, file }: FileContext) {
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

/** Returns `a` for `a`, `a.b` and `a.b(c).d`. It does not read the source text, which may be long. */
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

/** The place that gets the result of a call: the SDK, which accepts only servers, or a server's variable. */
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

/** Packages with servers that are not MCP servers. */
const OTHER_SERVERS = /^(node:|https?$|net$|express|hono|fastify|koa|ws$|@hono\/(?!mcp)|vite|esbuild)/;

/** Functions that return the server that they receive. */
const WRAPS = /^(wrap|instrument|observe|with|trace|monitor|connect)/i;

/** Functions that serve a server, and give it no tools. */
const USES =
  /^(start|serve|listen|run|launch|expose|create|make|build|handle|get|to|is|close|stop|test)(?![a-z])|(handler|transport|adapter|http|sse|stdio)$/i;

/** Names of exports that are not servers. */
const NOT_SERVERS =
  /auth|client|transport|inspector|logger|schema|error|token|middleware|request|context|telemetry/i;

const REGISTERS =
  /^(register|add|install|attach|set_?up|use|mount|load)\w*(tool|server|mcp|resource|prompt|surface)/i;
const MAKES =
  /server$|server_?factory$|^(create|make|build|define|new)\w*mcp|mcp(agent|app|worker|handler)?$/i;
