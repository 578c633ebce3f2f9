import { FAMILIES } from './families/index.js';
import type {
  Fact,
  Family,
  HandlerUse,
  RegistrarFactory,
  RegistrarFunction,
  Remark,
  VisitedNodes,
} from './family.js';
import type { FileContext } from './file-context.js';
import { isAboutMcp, isMcpPackage, typesContext } from './mcp-packages.js';
import { findModelClients } from './model-calls/models.js';
import { withoutNested } from './nested-sites.js';
import { forwardsToSelf, type RegistrarReading, readRegistrars } from './registration/registrar-places.js';
import type {
  HandlerSite,
  MessageSite,
  ModelClient,
  NamedPlace,
  ServerSite,
  ToolDefinition,
} from './site.js';
import { readConstants } from './syntax/constants.js';
import type { FileImports } from './syntax/imports.js';
import { isInert, type Node, type SourceFile, ts, walk } from './syntax/syntax.js';
import { type Modules, type Trees, treesOf } from './values/modules.js';
import { ValueReader } from './values/values.js';
import { isServerName, makesServer } from './vocabulary.js';

/** The facts about one source file. */
export interface FileFacts {
  readonly sites: readonly HandlerSite[];
  readonly definitions: readonly ToolDefinition[];
  /** Named functions of the project, and whether the tools that they get are traced inside them. */
  readonly registrars: readonly RegistrarReading[];
  readonly registrarFactories: readonly RegistrarFactory[];
  readonly models: readonly ModelClient[];
  /** Places that create an MCP server that can be observed. */
  readonly servers: readonly ServerSite[];
  /** Functions of hand-written servers that receive messages, each once. */
  readonly messages: readonly MessageSite[];
  readonly remarks: readonly Remark[];
  /** Tool names in a `switch` of the file. */
  readonly switchNames: readonly NamedPlace[];
  /** Places that read a handler from an object that looks like a tool. */
  readonly handlerUses: readonly HandlerUse[];
  /** Exported name → text, for the constants of this file. */
  readonly texts: ReadonlyMap<string, string>;
  /** True if the file shows that it belongs to an MCP server. */
  readonly isMcp: boolean;
  /** Names in `new McpServer({ name })` and `new Server({ name })`, in source order. */
  readonly serverNames: readonly string[];
}

export interface ReadOptions {
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  /** Names of registrars that a person configured. */
  readonly registrars?: readonly string[];
  /** The project's sources, to follow imports. Without it, no import is followed. */
  readonly trees?: Trees;
}

const NO_MODULES: Modules = { moduleAt: () => undefined };

/** Visits every node of a file with every family. `file` must not contain the code of `init`. */
export function readFile(
  path: string,
  file: SourceFile,
  imports: FileImports,
  options: ReadOptions,
): FileFacts {
  const context = contextOf(path, file, imports, options);
  const facts = factsOf(context);
  const all = facts.flatMap((fact) => ('site' in fact ? [fact.site] : []));
  const functions = facts.flatMap((fact) => ('registrar' in fact ? [fact.registrar] : []));
  const sites = all.filter((site) => !forwardsToSelf(site, functions));
  return {
    sites: withoutNested(sites),
    definitions: facts.flatMap((fact) => ('definition' in fact ? [fact.definition] : [])),
    registrars: registrarsOf(functions, all, context),
    registrarFactories: facts.flatMap((fact) => ('registrarFactory' in fact ? [fact.registrarFactory] : [])),
    models: context.models,
    messages: onePerFunction(facts.flatMap((fact) => ('message' in fact ? [fact.message] : []))),
    servers: facts.flatMap((fact) => ('server' in fact ? [fact.server] : [])),
    remarks: facts.flatMap((fact) => ('remark' in fact ? [fact.remark] : [])),
    switchNames: facts.flatMap((fact) => ('switchName' in fact ? [fact.switchName] : [])),
    handlerUses: facts.flatMap((fact) => ('handlerUse' in fact ? [fact.handlerUse] : [])),
    texts: context.constants.texts(),
    isMcp: all.length > 0 || isOfMcp(imports),
    serverNames: facts.flatMap((fact) => ('serverName' in fact ? [fact.serverName] : [])),
  };
}

/** Every arm of a `switch` finds the same function. */
function onePerFunction(sites: readonly MessageSite[]): MessageSite[] {
  return [...new Map(sites.map((site) => [site.target.body.start, site])).values()];
}

function contextOf(
  path: string,
  file: SourceFile,
  imports: FileImports,
  { aiBinding, registrars = [], trees = treesOf(NO_MODULES) }: ReadOptions,
): FileContext {
  const constants = readConstants(file);
  const values = new ValueReader(trees);
  const modules = [...imports.modules];
  const importsMcp = modules.some(isMcpPackage);
  return {
    path,
    file,
    imports,
    constants,
    values,
    aiBinding,
    registrars,
    models: findModelClients(file, { aiBinding, ...imports, values }),
    mayAddParameters: modules.some(typesContext) || /\.[cm]?jsx?$/.test(path),
    toolByPlace: trees.toolByPlace(path),
    isServer: (receiver) => importsMcp || isServerName(receiver.getText()),
  };
}

function registrarsOf(
  functions: readonly RegistrarFunction[],
  sites: readonly HandlerSite[],
  { registrars }: FileContext,
): RegistrarReading[] {
  return readRegistrars(functions, sites, registrars);
}

function isOfMcp({ modules, locals }: FileImports): boolean {
  return (
    [...modules].some((module) => isMcpPackage(module) || isAboutMcp(module)) ||
    [...locals.keys()].some(makesServer)
  );
}

type Kind = keyof VisitedNodes;
type Visitor = (node: Node, context: FileContext) => readonly Fact[] | undefined;

function factsOf(context: FileContext): Fact[] {
  const visitors = visitorsOf(FAMILIES.filter((family) => family.appliesTo?.(context) !== false));
  const facts: Fact[] = [];
  const visitAll = (kind: Kind, node: Node): void => {
    for (const visit of visitors.get(kind) ?? []) {
      const found = visit(node, context);
      if (found === undefined || found.length === 0) continue;
      facts.push(...found);
      if (found.some((fact) => 'site' in fact || 'definition' in fact)) return;
    }
  };
  visitAll('file', context.file);
  walk(context.file, (node) => {
    if (isInert(node)) return false;
    const kind = kindOf(node);
    if (kind) visitAll(kind, node);
    return true;
  });
  return facts;
}

function visitorsOf(families: readonly Family[]): Map<Kind, Visitor[]> {
  const visitors = new Map<Kind, Visitor[]>();
  for (const { visit } of families) {
    for (const [kind, visitor] of Object.entries(visit) as [Kind, Visitor][]) {
      visitors.set(kind, [...(visitors.get(kind) ?? []), visitor]);
    }
  }
  return visitors;
}

/** The compiler's number of a kind of node → the families' name. Built once, because every node needs a lookup. */
let kinds: readonly (Kind | undefined)[] | undefined;

function kindOf(node: Node): Kind | undefined {
  kinds ??= kindTable();
  return kinds[node.kind];
}

function kindTable(): (Kind | undefined)[] {
  const { SyntaxKind } = ts;
  const table: (Kind | undefined)[] = Array.from({ length: SyntaxKind.Count });
  table[SyntaxKind.BinaryExpression] = 'assignment';
  table[SyntaxKind.CallExpression] = 'call';
  table[SyntaxKind.CaseClause] = 'case';
  table[SyntaxKind.ClassDeclaration] = 'class';
  table[SyntaxKind.ClassExpression] = 'class';
  table[SyntaxKind.ConditionalExpression] = 'conditional';
  table[SyntaxKind.PropertyDeclaration] = 'field';
  table[SyntaxKind.FunctionDeclaration] = 'function';
  table[SyntaxKind.IfStatement] = 'if';
  table[SyntaxKind.MethodDeclaration] = 'method';
  table[SyntaxKind.NewExpression] = 'new';
  table[SyntaxKind.ObjectLiteralExpression] = 'object';
  table[SyntaxKind.PropertyAccessExpression] = 'member';
  table[SyntaxKind.PropertyAssignment] = 'property';
  table[SyntaxKind.SwitchStatement] = 'switch';
  table[SyntaxKind.VariableDeclaration] = 'variable';
  return table;
}
