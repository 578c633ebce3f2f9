import { type HandlerSite, isShared, labelOf, type ToolDefinition } from '../../tools/site.js';
import { type Node, ts, walk } from '../../tools/syntax/syntax.js';
import type { ReadFile } from './read.js';

/** Families in which a server registers each tool with a separate call. */
const DIRECT: ReadonlySet<HandlerSite['family']> = new Set([
  'server.tool',
  'server.registerTool',
  'registerAppTool',
  'paidTool',
]);

/** A function that looks like a tool, and the tool whose handler calls it; undefined if unknown. */
export interface InnerFunctions {
  has(definition: ToolDefinition): boolean;
  readonly outer: string | undefined;
}

/**
 * Functions that look like tools, but that only code inside a tool calls by name (code mode, registries of
 * capabilities). If the server registers each tool with a separate call, two kinds of definitions are not
 * tools: those whose function the project calls itself, and those in a list that is only used inside a
 * handler.
 */
export function innerFunctions(files: readonly ReadFile[]): InnerFunctions {
  const sites = files.flatMap(({ reading }) => reading.sites.filter(isDirect));
  if (sites.length === 0) return { has: () => false, outer: undefined };
  const called = new Set(files.flatMap(calledOutside));
  // Only lists of tools need this, and most projects have none.
  let inside: Set<string> | undefined;
  const isInside = (name: string) => {
    inside ??= namesInside(files);
    return inside.has(name);
  };
  const [only, ...others] = sites.map(labelOf);
  return {
    has: ({ member, holder }) =>
      (member !== undefined && called.has(member)) || (holder !== undefined && isInside(holder)),
    outer: others.length === 0 ? only : undefined,
  };
}

function isDirect(site: HandlerSite): boolean {
  return DIRECT.has(site.family) && !isShared(site);
}

function calledOutside({ reading }: ReadFile): string[] {
  const places = reading.sites.filter(isShared).flatMap(bodyOf);
  return reading.handlerUses
    .filter(({ at }) => !places.some(({ start, end }) => at >= start && at < end))
    .map(({ member }) => member);
}

/** Names that are only used inside handlers. Declarations, imports and exports do not count. */
function namesInside(files: readonly ReadFile[]): Set<string> {
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const { reading } of files) {
    const bodies = reading.sites.filter(isDirect).flatMap(bodyOf);
    walk(reading.original, (node) => {
      if (!ts.isIdentifier(node)) return;
      const at = node.getStart();
      if (bodies.some(({ start, end }) => at >= start && at < end)) inside.add(node.text);
      else if (!isDeclaring(node)) outside.add(node.text);
    });
  }
  return new Set([...inside].filter((name) => !outside.has(name)));
}

function isDeclaring(node: Node): boolean {
  const { parent } = node;
  return (
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isExportSpecifier(parent) ||
    (ts.isVariableDeclaration(parent) && parent.name === node)
  );
}

function bodyOf({ target }: HandlerSite) {
  return target.kind === 'manual' ? [] : [target.body];
}
