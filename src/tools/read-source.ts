import { deletion, splice } from '../edits.js';
import { type Constants, readConstants } from './constants.js';
import { readFactoryCall } from './definition-calls.js';
import { readDefinition } from './definitions.js';
import { readDefaultExport, readEntrypoint } from './exported-tools.js';
import { type FileFacts, functionTarget } from './function-target.js';
import { type FileImports, readImports } from './imports.js';
import { readLowLevelServer } from './low-level-server.js';
import { findModelClients, importsModelClient } from './models.js';
import { namesOfSwitch } from './name-branches.js';
import { type Registered, readRegistration } from './registrations.js';
import { instrumentationRemarks, type Remark, readRemark } from './remarks.js';
import type { ModelClient, NamedPlace, Target, ToolDefinition, ToolSite } from './site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  parse,
  property,
  type SourceFile,
  ts,
  walk,
} from './syntax.js';
import { readToolsCall } from './tools-call.js';
import { findWrappers, type Wrapper } from './wrappers.js';

/** What one source file says of MCP tools. */
export interface SourceReading {
  /** The file as it is now. */
  readonly text: string;
  readonly current: SourceFile;
  /** The file as it would be without what `init` wrote; positions of sites are positions in this. */
  readonly original: SourceFile;
  readonly wrappers: readonly Wrapper[];
  readonly imports: FileImports;
  readonly sites: readonly ToolSite[];
  readonly definitions: readonly ToolDefinition[];
  /** Model clients whose calls are not seen by the runtime yet. */
  readonly models: readonly ModelClient[];
  readonly remarks: readonly Remark[];
  /** Names that a `switch` on a tool's name tells apart somewhere in the file. */
  readonly toldApart: readonly NamedPlace[];
  /** Texts that this file's constants stand for, by how another file would write them. */
  readonly texts: ReadonlyMap<string, string>;
  /** Marks a site that opens a trace from our package already. */
  withTrace(site: ToolSite): ToolSite;
  /** Names given to `new McpServer({ name })` or `new Server({ name })`, in source order. */
  readonly serverNames: readonly string[];
}

/** Modules that only MCP servers import. */
const MCP_MODULE =
  /^(@modelcontextprotocol\/|agents\/mcp|mcp-handler|@hono\/mcp|@vercel\/mcp-adapter|mcp-lite|fastmcp|tmcp)/;

/**
 * Reads the tools of a file.
 * @throws SourceSyntaxError where the file does not parse
 */
export function readSource(path: string, text: string, options: { aiBinding: string }): SourceReading {
  const current = parse(path, text);
  const imports = readImports(current);
  const wrappers = findWrappers(current, imports.runtimeNames);
  // Sites are looked for in the code as it was, so that no finder needs to know what ours looks like.
  const original = wrappers.length === 0 ? current : parse(path, splice(text, cutsOf(wrappers)));
  const constants = readConstants(original);
  const importsMcp = [...imports.modules].some((module) => MCP_MODULE.test(module));
  const facts: FileFacts = {
    ...options,
    clientImported: importsModelClient(imports.modules),
    aiSdkImported: imports.modules.has('ai'),
    mayAddParameters: importsMcp || /\.[cm]?jsx?$/.test(path),
  };
  const sites: ToolSite[] = [];
  const definitions: ToolDefinition[] = [];
  const toldApart: NamedPlace[] = [];
  const remarks = instrumentationRemarks(imports);
  const serverNames: string[] = [];
  const visit = (node: Node) => {
    if (ts.isNewExpression(node)) {
      const name = serverName(node, constants);
      if (name !== undefined) serverNames.push(name);
    }
    if (ts.isCallExpression(node)) {
      const registered = readRegistration(node, constants, importsMcp);
      const site = registered ? siteOf(registered, node, constants, facts) : readLowLevelServer(node, facts);
      if (site) sites.push(site);
      const made = site ? undefined : readFactoryCall(node, constants, facts);
      if (made) definitions.push(made);
    }
    if (ts.isClassLike(node) && imports.modules.has('workers-mcp'))
      sites.push(...readEntrypoint(node, facts));
    sites.push(...readToolsCall(node, constants));
    const remark = readRemark(node);
    if (remark) remarks.push(remark);
    if (ts.isSwitchStatement(node)) toldApart.push(...namesOfSwitch(node, constants));
    const definition = readDefinition(node, constants, facts);
    if (definition) definitions.push(definition);
  };
  walk(original, visit);
  if (imports.modules.has('xmcp') && /(^|\/)tools\//.test(path))
    sites.push(...readDefaultExport(original, constants, facts));
  const places = tracedPlaces(wrappers);
  const marked = (site: ToolSite) => withTrace(site, places);
  return {
    text,
    current,
    original,
    wrappers,
    imports,
    sites: withoutNested(sites).map(marked),
    withTrace: marked,
    definitions,
    models: findModelClients(original, facts).filter(({ start }) => !places.has(start)),
    toldApart,
    remarks,
    texts: constants.texts(),
    serverNames,
  };
}

export function cutsOf(wrappers: readonly Wrapper[]) {
  const cuts = new Map(wrappers.flatMap(({ cuts }) => cuts).map((cut) => [`${cut.start} ${cut.end}`, cut]));
  return [...cuts.values()].sort((a, b) => a.start - b.start).map(({ start, end }) => deletion(start, end));
}

/** Where the contents of wrappers begin in the original text. */
function tracedPlaces(wrappers: readonly Wrapper[]): Map<number, Wrapper> {
  const cuts = cutsOf(wrappers);
  return new Map(
    wrappers.map((wrapper) => {
      const before = cuts.filter((cut) => cut.end <= wrapper.content);
      return [wrapper.content - before.reduce((sum, cut) => sum + cut.end - cut.start, 0), wrapper];
    }),
  );
}

function withTrace(site: ToolSite, places: ReadonlyMap<number, Wrapper>): ToolSite {
  const wrapper = site.target.kind === 'manual' ? undefined : places.get(site.target.body.start);
  if (!wrapper) return site;
  const { content, task } = wrapper;
  return { ...site, traced: task ? { content, task } : { content } };
}

/** One trace for a call: of two sites inside each other the outer one is kept. */
function withoutNested(sites: readonly ToolSite[]): ToolSite[] {
  const ranges = sites.map(({ target }) => (target.kind === 'manual' ? undefined : target.body));
  return sites.filter((_, index) => {
    const own = ranges[index];
    return !ranges.some(
      (other, at) =>
        own &&
        other &&
        at !== index &&
        other.start <= own.start &&
        own.end <= other.end &&
        other.end - other.start > own.end - own.start,
    );
  });
}

function serverName(
  node: Node & { expression: Expression; arguments?: readonly Expression[] },
  constants: Constants,
) {
  const callee = node.expression.getText();
  if (!/^(McpServer|Server|FastMCP|MCPServer)$/.test(callee)) return undefined;
  const object = node.arguments?.[0] && constants.object(node.arguments[0]);
  const name = object && property(object, 'name');
  return name && constants.text(name);
}

function siteOf(
  registered: Registered,
  call: CallExpression,
  constants: Constants,
  facts: FileFacts,
): ToolSite | undefined {
  const name = readName(registered.name, constants);
  if (!name) return undefined;
  const file = call.getSourceFile();
  return {
    ...name,
    line: file.getLineAndCharacterOfPosition(call.expression.end).line + 1,
    family: registered.family,
    ...(registered.description === undefined ? {} : { description: registered.description }),
    ...(registered.annotations ? { annotations: registered.annotations } : {}),
    target: targetOf(registered, facts),
  };
}

function readName(
  argument: Expression,
  constants: Constants,
): Pick<ToolSite, 'name' | 'nameExpression' | 'isShared'> | undefined {
  const text = constants.text(argument);
  if (text !== undefined) return { name: text };
  const node = bare(argument);
  // An object or a function in the first place is another library's `tool(...)`.
  if (ts.isObjectLiteralExpression(node) || isInlineFunction(node)) return undefined;
  const source = argument.getText();
  return { name: `\${${node.getText()}}`, nameExpression: source, isShared: true };
}

function targetOf(registered: Registered, facts: FileFacts): Target {
  const { handler, hasSchema, schemaKeys } = registered;
  const name = bare(registered.name);
  if (!ts.isStringLiteralLike(name) && !isPure(name)) {
    return { kind: 'manual', reason: 'the name is computed, and reading it twice may not give the same' };
  }
  const fn = bareHandler(handler);
  if (!isFunctionWithBody(fn)) {
    return { kind: 'value', body: { start: fn.getStart(), end: fn.end } };
  }
  const target = functionTarget(fn, { kind: 'mcp', hasSchema, schemaKeys }, facts);
  if (target.kind === 'manual' || !ts.isStringLiteral(name)) return target;
  return { ...target, quote: name.getText()[0] as '"' | "'" };
}

function bareHandler(handler: Registered['handler']): Node {
  if (ts.isMethodDeclaration(handler) || ts.isFunctionDeclaration(handler)) return handler;
  const node = bare(handler as Expression);
  return isInlineFunction(node) ? node : handler;
}

/** Identifiers, member chains and templates of them: reading such a name has no effect. */
function isPure(name: Expression): boolean {
  const node = bare(name);
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) return true;
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.kind === ts.SyntaxKind.ThisKeyword || isPure(node.expression);
  }
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((span) => isPure(span.expression));
  if (ts.isBinaryExpression(node)) return isPure(node.left) && isPure(node.right);
  return false;
}
