import { deletion, splice } from '../edits.js';
import { type Constants, readConstants } from './constants.js';
import { readFactoryCall } from './definition-calls.js';
import { readDefinition } from './definitions.js';
import { readDefaultExport, readEntrypoint } from './exported-tools.js';
import { type FileFacts, functionTarget } from './function-target.js';
import { type FileImports, readImports } from './imports.js';
import { readLowLevelServer } from './low-level-server.js';
import { findModelClients } from './models.js';
import { namesOfSwitch } from './name-branches.js';
import { takesItsOwn } from './parameters.js';
import { type Registered, readRegistration } from './registrations.js';
import { instrumentationRemarks, type Remark, readRemark } from './remarks.js';
import type { ModelClient, NamedPlace, Target, ToolDefinition, ToolSite } from './site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  parse,
  parses,
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
  /** Whether the file shows that it belongs to an MCP server. */
  readonly isMcp: boolean;
  /** Names given to `new McpServer({ name })` or `new Server({ name })`, in source order. */
  readonly serverNames: readonly string[];
}

/** Modules that only MCP servers import. */
const MCP_MODULE =
  /^(@modelcontextprotocol\/|agents\/mcp|mcp-handler|@hono\/mcp|@vercel\/mcp-adapter|mcp-lite|fastmcp|tmcp)/;

/** Of these, the ones whose handlers are typed with the request context as a further parameter. */
const SDK_MODULE = /^(@modelcontextprotocol\/|agents\/mcp|mcp-handler|@vercel\/mcp-adapter)/;

/**
 * Reads the tools of a file.
 * @throws SourceSyntaxError where the file does not parse
 */
export function readSource(path: string, text: string, options: { aiBinding: string }): SourceReading {
  const current = parse(path, text);
  const imports = readImports(current);
  const found = findWrappers(current, imports.runtimeNames);
  // Sites are looked for in the code as it was, so that no finder needs to know what ours looks like.
  const before = splice(text, cutsOf(found));
  // Code of ours that somebody rebuilt may not come out again: then it counts as theirs.
  const wrappers = found.length === 0 || parses(path, before) ? found : [];
  const original = wrappers.length === 0 ? current : parse(path, before);
  const constants = readConstants(original);
  const importsMcp = [...imports.modules].some((module) => MCP_MODULE.test(module));
  const facts: FileFacts = {
    ...options,
    modules: imports.modules,
    aiSdkNames: imports.aiSdkNames,
    mayAddParameters:
      [...imports.modules].some((module) => SDK_MODULE.test(module)) || /\.[cm]?jsx?$/.test(path),
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
  const foreign = foreignTraces(original, imports);
  const marked = (site: ToolSite) => withTrace(site, places, foreign);
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
    isMcp:
      importsMcp || sites.length > 0 || [...imports.modules].some((module) => /(^|[/@-])mcp/i.test(module)),
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

function withTrace(
  site: ToolSite,
  places: ReadonlyMap<number, Wrapper>,
  foreign: readonly number[],
): ToolSite {
  if (site.target.kind === 'manual') return site;
  const { start, end } = site.target.body;
  const wrapper = places.get(start);
  if (!wrapper) return foreign.some((at) => at >= start && at < end) ? { ...site, traced: {} } : site;
  const { content, task } = wrapper;
  return { ...site, traced: task ? { content, task } : { content } };
}

/** Where the file opens a trace by hand, in another shape than ours. */
function foreignTraces(file: SourceFile, { runtimeNames }: FileImports): number[] {
  const opens = ['createTrace', 'withTrace', 'traceMcpTool'].flatMap((name) => runtimeNames.get(name) ?? []);
  const found: number[] = [];
  if (opens.length === 0) return found;
  walk(file, (node) => {
    if (ts.isCallExpression(node) && opens.includes(node.expression.getText())) found.push(node.getStart());
  });
  return found;
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
  if (!isFunctionWithBody(fn) || seesAnotherName(fn, name)) {
    return { kind: 'value', body: { start: handler.getStart(), end: handler.end } };
  }
  const isOwn = !facts.mayAddParameters && takesItsOwn(fn);
  const calling = isOwn ? ({ kind: 'own' } as const) : ({ kind: 'mcp', hasSchema, schemaKeys } as const);
  const target = functionTarget(fn, calling, {
    ...facts,
    mayAddParameters: isTypedByCall(registered, facts),
  });
  if (target.kind === 'manual' || !ts.isStringLiteral(name)) return target;
  return { ...target, quote: name.getText()[0] as '"' | "'" };
}

/** Whether the name would mean something else inside the handler: a parameter of it, or another `this`. */
function seesAnotherName(fn: FunctionLike, name: Expression): boolean {
  const [root = ''] = /^[\w$]+/.exec(name.getText()) ?? [];
  if (ts.isStringLiteralLike(name)) return false;
  if (/\bthis\b/.test(name.getText()) && !ts.isArrowFunction(fn)) return true;
  return fn.parameters.some((parameter) => identifiersIn(parameter.name).has(root));
}

/** A parameter may be added only where the registration itself gives the handler its type. */
function isTypedByCall({ handler, receiver = '', family }: Registered, facts: FileFacts): boolean {
  if (!facts.mayAddParameters || family === 'addTool') return false;
  if (isJavaScript(handler)) return true;
  if (!ts.isMethodDeclaration(handler) && bare(handler as Expression) !== handler) return false;
  if (/\bas\b|<any>/.test(receiver)) return false;
  const own = receiver.split('.').at(-1) ?? '';
  const isAny = new RegExp(`\\b${own.replace(/\W/g, '')}\\??\\s*:\\s*any\\b`).test(
    handler.getSourceFile().text,
  );
  return !isAny && (family === 'registerAppTool' || /(server|srv|mcp)(\(\))?!?$/i.test(own));
}

function isJavaScript(node: Node): boolean {
  return /\.[cm]?jsx?$/.test(node.getSourceFile().fileName);
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
