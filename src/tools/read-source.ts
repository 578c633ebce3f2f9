import { deletion, splice } from '../core/edits.js';
import { isTooDeep, SourceSyntaxError } from '../core/errors.js';
import { readFactoryCall } from './families/definition-calls.js';
import { readDefinition } from './families/definitions.js';
import { readDefaultExport, readEntrypoint } from './families/exported-tools.js';
import { readLowLevelServer } from './families/low-level-server.js';
import { namesOfSwitch } from './families/name-branches.js';
import {
  type Helper,
  type HelperReading,
  handsOn,
  type Made,
  readHelper,
  readHelpers,
  readMade,
} from './families/registrar-helpers.js';
import { readRegistrar } from './families/registrars.js';
import { siteOf } from './families/registration-site.js';
import { readRegistration } from './families/registrations.js';
import { readToolsCall, SAYS_TOOLS_CALL } from './families/tools-call.js';
import { readUnwritten } from './families/unwritten-registrations.js';
import { findModelClients } from './model-calls/models.js';
import { instrumentationRemarks, type Remark, readRemark } from './remarks.js';
import type { ModelClient, NamedPlace, ToolDefinition, ToolSite } from './site.js';
import { type Constants, readConstants } from './syntax/constants.js';
import { type FileImports, readImports } from './syntax/imports.js';
import {
  type Expression,
  isInert,
  type Node,
  parse,
  property,
  type SourceFile,
  tryParse,
  ts,
  walk,
} from './syntax/syntax.js';
import type { FileFacts } from './targets/function-target.js';
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
  /** Where registrars were named: functions, and whether what is given to them is traced inside them. */
  readonly helpers: readonly HelperReading[];
  /** Registrars that one of these functions may make. */
  readonly made: readonly Made[];
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

/** Names of functions and classes that make an MCP server. */
const MAKES_SERVER = /^(create|define|new)?(remote)?mcp(server)?$/i;

/** Of these, the ones whose handlers are typed with the request context as a further parameter. */
const SDK_MODULE = /^(@modelcontextprotocol\/|agents\/mcp|mcp-handler|@vercel\/mcp-adapter)/;

export interface ReadOptions {
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  /** Functions of the project that a person named as ones that register tools. */
  readonly registrars?: readonly string[];
}

/**
 * Reads the tools of a file.
 * @throws SourceSyntaxError where the file does not parse
 */
export function readSource(path: string, text: string, options: ReadOptions): SourceReading {
  try {
    return readTree(path, text, options);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const fix = 'Move what is generated into a file of its own.';
    throw new SourceSyntaxError('This file is nested too deeply to be read.', fix, { file: path, line: 1 });
  }
}

function readTree(path: string, text: string, options: ReadOptions): SourceReading {
  const current = parse(path, text);
  const imports = readImports(current);
  const found = findWrappers(current, imports.runtimeNames);
  // Sites are looked for in the code as it was, so that no finder needs to know what ours looks like.
  const without = found.length === 0 ? current : tryParse(path, splice(text, cutsOf(found)));
  // Code of ours that somebody rebuilt may not come out again: then it counts as theirs.
  const wrappers = without ? found : [];
  const original = without ?? current;
  const constants = readConstants(original);
  const importsMcp = [...imports.modules].some((module) => MCP_MODULE.test(module));
  const models = findModelClients(original, { ...options, ...imports, constants });
  const facts: FileFacts = {
    models,
    mayAddParameters:
      [...imports.modules].some((module) => SDK_MODULE.test(module)) || /\.[cm]?jsx?$/.test(path),
  };
  const sites: ToolSite[] = [];
  const definitions: ToolDefinition[] = [];
  const toldApart: NamedPlace[] = [];
  const remarks = instrumentationRemarks(imports);
  const serverNames: string[] = [];
  const helpers: Helper[] = [];
  const made: Made[] = [];
  const { registrars = [] } = options;
  const isJsonRpc = SAYS_TOOLS_CALL.test(original.text);
  const visit = (node: Node): boolean => {
    if (isInert(node)) return false;
    if (ts.isNewExpression(node)) {
      const name = serverName(node, constants);
      if (name !== undefined) serverNames.push(name);
    }
    if (ts.isCallExpression(node)) {
      const registered =
        readRegistration(node, constants, importsMcp) ?? readRegistrar(node, registrars, constants);
      const site = registered
        ? siteOf(registered, node, constants, facts)
        : (readLowLevelServer(node, facts) ?? readUnwritten(node, constants, importsMcp));
      if (site) sites.push(site);
      const told = site ? undefined : readFactoryCall(node, constants, facts);
      if (told) definitions.push(told);
    }
    if (ts.isClassLike(node) && imports.modules.has('workers-mcp'))
      sites.push(...readEntrypoint(node, facts));
    if (isJsonRpc) sites.push(...readToolsCall(node, constants));
    if (registrars.length > 0) {
      const helper = readHelper(node);
      if (helper) helpers.push(helper);
      const one = readMade(node, registrars);
      if (one) made.push(one);
    }
    const remark = readRemark(node, imports);
    if (remark) remarks.push(remark);
    if (ts.isSwitchStatement(node)) toldApart.push(...namesOfSwitch(node, constants));
    const definition = readDefinition(node, constants, facts);
    if (definition) definitions.push(definition);
    return true;
  };
  walk(original, visit);
  const isXmcp = imports.modules.has('xmcp') || !/x$/.test(path);
  if (isXmcp && /(^|\/)tools\//.test(path)) sites.push(...readDefaultExport(original, constants, facts));
  const given = sites.filter((site) => !handsOn(site, helpers));
  const places = tracedPlaces(wrappers);
  const foreign = foreignTraces(original, imports);
  const marked = (site: ToolSite) => withTrace(site, places, foreign);
  return {
    text,
    current,
    original,
    wrappers,
    imports,
    sites: withoutNested(given).map(marked),
    withTrace: marked,
    definitions,
    made,
    helpers: readHelpers(helpers, sites, registrars),
    models: models.filter(({ start }) => !places.has(start)),
    toldApart,
    remarks,
    texts: constants.texts(),
    isMcp:
      importsMcp ||
      sites.length > 0 ||
      [...imports.modules].some((module) => /(^|[/@-])mcp/i.test(module)) ||
      [...imports.locals.keys()].some((name) => MAKES_SERVER.test(name)),
    serverNames,
  };
}

export function cutsOf(wrappers: readonly Wrapper[]) {
  const cuts = new Map(wrappers.flatMap(({ cuts }) => cuts).map((cut) => [`${cut.start} ${cut.end}`, cut]));
  return [...cuts.values()].sort((a, b) => a.start - b.start).map(({ start, end }) => deletion(start, end));
}

/** Where the contents of wrappers begin in the original text; of two that begin there, the outer one. */
function tracedPlaces(wrappers: readonly Wrapper[]): Map<number, Wrapper> {
  const cuts = cutsOf(wrappers);
  const places = new Map<number, Wrapper>();
  for (const wrapper of wrappers) {
    const before = cuts.filter((cut) => cut.end <= wrapper.content);
    const start = wrapper.content - before.reduce((sum, cut) => sum + cut.end - cut.start, 0);
    if (!places.has(start)) places.set(start, wrapper);
  }
  return places;
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

/**
 * One trace for a call: of a place that tools run through and what stands inside it, the outer one is
 * kept. A tool that another tool's handler registers is called by itself, and keeps its own trace.
 */
function withoutNested(sites: readonly ToolSite[]): ToolSite[] {
  const kept = sites.filter(
    (site) => !sites.some((other) => (isDispatch(other) || isDispatch(site)) && isInside(site, other)),
  );
  return kept.map((site) => {
    const { target } = site;
    const inner = kept.filter((other) => isInside(other, site));
    if (target.kind !== 'function' || inner.length === 0) return site;
    const models = target.models.filter(({ start }) => !inner.some((one) => holds(one, start)));
    return { ...site, target: { ...target, models } };
  });
}

function isDispatch({ family }: ToolSite): boolean {
  return family === 'tools/call' || family === 'setRequestHandler';
}

function isInside(site: ToolSite, around: ToolSite): boolean {
  if (site === around || site.target.kind === 'manual' || around.target.kind === 'manual') return false;
  const [inner, outer] = [site.target.body, around.target.body];
  return (
    outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start
  );
}

function holds({ target }: ToolSite, offset: number): boolean {
  return target.kind !== 'manual' && target.body.start <= offset && offset < target.body.end;
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
