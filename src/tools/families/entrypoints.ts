import type { Family } from '../family.js';
import type { FileContext, HandlerContext } from '../file-context.js';
import { bringsNoTools } from '../mcp-packages.js';
import { BARE_SITE, type HandlerSite } from '../site.js';
import {
  type ClassLike,
  type Expression,
  isFunctionWithBody,
  lineOf,
  memberName,
  ts,
} from '../syntax/syntax.js';
import { functionTarget } from '../targets/function-target.js';

/** workers-mcp: every public method of a `WorkerEntrypoint` is a tool. Its parameters are the tool's arguments. */
export const entrypoints: Family = {
  id: 'WorkerEntrypoint method',
  prefilter:
    /['"]workers-mcp['"]|\bexport\s+default\s+class\b[^{]{0,200}\bextends\b|\bextends\s+WorkerEntrypoint\b/,
  visit: {
    class: (node, context) => readClass(node, context).map((site) => ({ site })),
  },
};

function readClass(node: ClassLike, context: FileContext): HandlerSite[] {
  const base = baseOf(node);
  if (!base) return [];
  const kind = entrypointKind(node, context, 0);
  if (kind === 'entrypoint') return methodsOf(node, context);
  if (kind === undefined || !isExportedDefault(node)) return [];
  const reason = `its base class \`${base.getText()}\` is not in this repository, and its methods may be tools`;
  return [
    {
      ...BARE_SITE,
      name: { kind: 'dispatched' },
      line: lineOf(node),
      family: 'WorkerEntrypoint method',
      target: { kind: 'manual', reason, isWeakMatch: true },
    },
  ];
}

function baseOf(node: ClassLike): Expression | undefined {
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

/**
 * Returns `entrypoint` if workers-mcp serves the class: it extends `WorkerEntrypoint`, directly or through classes of
 * the project, and one of their files creates the proxy. Returns `elsewhere` if its base is not in the project's
 * sources, and the name contains MCP.
 */
function entrypointKind(
  node: ClassLike,
  context: FileContext,
  depth: number,
): 'entrypoint' | 'elsewhere' | undefined {
  const base = baseOf(node);
  if (!base || depth > 5) return undefined;
  const isServed = createsProxy(node);
  if (/(^|\.)WorkerEntrypoint$/.test(base.getText())) return isServed ? 'entrypoint' : undefined;
  const bases = context.values.valuesOf(base);
  const [one] = bases ?? [];
  if (one && ts.isClassLike(one)) {
    if (isServed && extendsEntrypoint(one, context, depth + 1)) return 'entrypoint';
    return entrypointKind(one, context, depth + 1);
  }
  const module = context.imports.locals.get(base.getText());
  const isForeign =
    module !== undefined &&
    !bringsNoTools(module) &&
    /(entrypoint|worker|server|agent|mcp)$/i.test(base.getText());
  return isForeign && /mcp|entrypoint/i.test(`${base.getText()} ${module}`) ? 'elsewhere' : undefined;
}

function extendsEntrypoint(node: ClassLike, context: FileContext, depth: number): boolean {
  const base = baseOf(node);
  if (!base || depth > 5) return false;
  if (/(^|\.)WorkerEntrypoint$/.test(base.getText())) return true;
  const [one] = context.values.valuesOf(base) ?? [];
  return one !== undefined && ts.isClassLike(one) && extendsEntrypoint(one, context, depth + 1);
}

/** Returns true for `import … from 'workers-mcp'` in the class's file, or `new SomeProxy(this)` in the class. */
function createsProxy(node: ClassLike): boolean {
  const { text } = node.getSourceFile();
  return /['"]workers-mcp['"]/.test(text) || /\bnew\s+\w*(Proxy|Mcp|MCP)\w*\(\s*this\b/.test(node.getText());
}

function isExportedDefault(node: ClassLike): boolean {
  if (ts.isExportAssignment(node.parent)) return true;
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function methodsOf(node: ClassLike, context: HandlerContext): HandlerSite[] {
  return node.members.flatMap((member): HandlerSite[] => {
    if (!ts.isMethodDeclaration(member) || !isFunctionWithBody(member)) return [];
    const name = memberName(member.name);
    if (name === undefined || RESERVED.has(name) || name.startsWith('_') || isHidden(member)) return [];
    const target = functionTarget(member, { kind: 'own' }, context);
    const names = member.parameters.map((one) => one.name.getText());
    const isPlain = member.parameters.every((one) => ts.isIdentifier(one.name) && !one.dotDotDotToken);
    const input =
      names.length > 0 && isPlain ? { input: { text: `{ ${names.join(', ')} }`, members: names } } : {};
    return [
      {
        ...BARE_SITE,
        name: { kind: 'literal', value: name },
        line: lineOf(member),
        family: 'WorkerEntrypoint method',
        target: target.kind === 'function' ? { ...target, ...input } : target,
      },
    ];
  });
}

/** Handlers of the Worker (Cloudflare Workers runtime API). MCP clients do not call them. */
const RESERVED = new Set([
  'fetch',
  'scheduled',
  'queue',
  'tail',
  'trace',
  'email',
  'alarm',
  'test',
  'constructor',
]);

function isHidden(node: Parameters<typeof ts.getModifiers>[0] & { jsDoc?: unknown }): boolean {
  const hidden = ts
    .getModifiers(node)
    ?.some(
      ({ kind }) =>
        kind === ts.SyntaxKind.PrivateKeyword ||
        kind === ts.SyntaxKind.ProtectedKeyword ||
        kind === ts.SyntaxKind.StaticKeyword,
    );
  return hidden || ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'ignore');
}
