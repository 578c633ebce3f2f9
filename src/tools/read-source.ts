import { type Constants, readConstants } from './constants.js';
import { CONTEXT_PARAMETER, INPUT_PARAMETER } from './generated-names.js';
import { type FileImports, readImports } from './imports.js';
import { findModelClients, importsModelClient } from './models.js';
import { type Registration, readRegisterToolCall, readToolCall } from './overloads.js';
import { readParameters } from './parameters.js';
import type { InlineHandler, ManualHandler, ToolFamily, ToolSite } from './site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type InlineFunction,
  identifiersIn,
  isAsync,
  isInlineFunction,
  parse,
  property,
  type SourceFile,
  ts,
  walk,
} from './syntax.js';
import { readTraced } from './traced.js';

/** What one source file says of MCP tools. */
export interface SourceReading {
  readonly file: SourceFile;
  readonly imports: FileImports;
  readonly sites: readonly ToolSite[];
  /** Names given to `new McpServer({ name })` in this file, in source order. */
  readonly serverNames: readonly string[];
}

/** Modules that only MCP servers import. */
const MCP_MODULE = /^(@modelcontextprotocol\/|agents\/mcp|mcp-handler|@hono\/mcp|@vercel\/mcp-adapter)/;

/**
 * Reads the tools that a file registers.
 * @throws SourceSyntaxError where the file does not parse
 */
export function readSource(path: string, text: string, options: { aiBinding: string }): SourceReading {
  const file = parse(path, text);
  const imports = readImports(file);
  const constants = readConstants(file);
  const importsMcp = [...imports.modules].some((module) => MCP_MODULE.test(module));
  const clientImported = importsModelClient(imports.modules);
  // Where the server's type is the project's own, its handlers may not take a further parameter.
  const mayAddParameters = importsMcp || /\.[cm]?jsx?$/.test(path);
  const sites: ToolSite[] = [];
  const serverNames: string[] = [];

  walk(file, (node) => {
    if (
      ts.isNewExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'McpServer'
    ) {
      const name = serverName(node.arguments?.[0], constants);
      if (name !== undefined) serverNames.push(name);
    }
    if (!ts.isCallExpression(node)) return;
    const family = familyOf(node, importsMcp);
    const [nameArgument] = node.arguments;
    if (!family || !nameArgument) return;
    const registration =
      family === 'server.tool' ? readToolCall(node, constants) : readRegisterToolCall(node, constants);
    const name = registration && readName(nameArgument, constants);
    if (!registration || !name) return;
    sites.push({
      ...name,
      line: file.getLineAndCharacterOfPosition(node.expression.end).line + 1,
      family,
      ...(registration.description === undefined ? {} : { description: registration.description }),
      ...(registration.annotations ? { annotations: registration.annotations } : {}),
      handler:
        readTraced(registration.callback, imports.runtimeNames) ??
        readHandler(registration, nameArgument, { ...options, clientImported, mayAddParameters }),
    });
  });
  return { file, imports, sites, serverNames };
}

function familyOf(call: CallExpression, importsMcp: boolean): ToolFamily | undefined {
  const callee = call.expression;
  if (!ts.isPropertyAccessExpression(callee) || callee.questionDotToken) return undefined;
  const method = callee.name.text;
  if (method !== 'tool' && method !== 'registerTool') return undefined;
  if (!importsMcp && !/(server|mcp)$/i.test(callee.expression.getText())) return undefined;
  return `server.${method}`;
}

function serverName(info: Expression | undefined, constants: Constants): string | undefined {
  const object = info && constants.object(info);
  const name = object && property(object, 'name');
  return name && constants.text(name);
}

function readName(
  argument: Expression,
  constants: Constants,
): Pick<ToolSite, 'name' | 'nameExpression'> | undefined {
  const text = constants.text(argument);
  if (text !== undefined) return { name: text };
  const node = bare(argument);
  // An object or a function in the first place is another library's `tool(...)`.
  if (ts.isObjectLiteralExpression(node) || isInlineFunction(node)) return undefined;
  const source = node.getText();
  return { name: `\${${source}}`, nameExpression: source };
}

function readHandler(
  registration: Registration,
  nameArgument: Expression,
  options: { aiBinding: string; clientImported: boolean; mayAddParameters: boolean },
): InlineHandler | ManualHandler {
  const fn = bare(registration.callback);
  if (!isInlineFunction(fn)) return { kind: 'manual', reason: whyNotInline(fn) };
  if (fn.asteriskToken) return { kind: 'manual', reason: 'the handler is a generator' };
  const name = bare(nameArgument);
  if (!ts.isStringLiteralLike(name) && !isPure(name)) {
    return { kind: 'manual', reason: 'the name is computed, and reading it twice may not give the same' };
  }
  const identifiers = new Set(identifiersIn(fn).keys());
  const added = [INPUT_PARAMETER, CONTEXT_PARAMETER];
  const taken = new Set(options.mayAddParameters ? added.filter((one) => identifiers.has(one)) : added);
  const quote = ts.isStringLiteral(name) ? (name.getText()[0] as '"' | "'") : undefined;
  return {
    kind: 'inline',
    form: formOf(fn),
    async: isAsync(fn),
    body: { start: fn.body.getStart(), end: fn.body.end },
    ...readParameters(fn, registration.hasSchema, taken),
    models: findModelClients(fn.body, options),
    identifiers,
    ...(quote ? { quote } : {}),
  };
}

function formOf(fn: InlineFunction): InlineHandler['form'] {
  if (ts.isFunctionExpression(fn)) return 'function';
  return ts.isBlock(fn.body) ? 'block' : 'concise';
}

/** Identifiers, member chains and templates of them: reading such a name has no effect. */
function isPure(name: Expression): boolean {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) return true;
  if (ts.isPropertyAccessExpression(name)) {
    return name.expression.kind === ts.SyntaxKind.ThisKeyword || isPure(name.expression);
  }
  if (ts.isTemplateExpression(name)) return name.templateSpans.every((span) => isPure(span.expression));
  if (ts.isBinaryExpression(name)) return isPure(name.left) && isPure(name.right);
  return false;
}

function whyNotInline(node: Expression): string {
  if (ts.isIdentifier(node)) return `the handler is \`${node.text}\`, a function written elsewhere`;
  if (ts.isCallExpression(node)) {
    return `the handler is made by \`${node.expression.getText()}(…)\`, whose parameters may not be MCP's`;
  }
  return 'the handler is not a function written in place';
}
