import type { Family } from '../family.js';
import type { HandlerContext } from '../file-context.js';
import { BARE_SITE, type HandlerSite } from '../site.js';
import { type ClassLike, isFunctionWithBody, lineOf, memberName, ts } from '../syntax/syntax.js';
import { functionTarget } from '../targets/function-target.js';

/** workers-mcp: every public method of a `WorkerEntrypoint` is a tool, its parameters in order. */
export const entrypoints: Family = {
  id: 'WorkerEntrypoint method',
  prefilter: /['"]workers-mcp['"]/,
  appliesTo: ({ imports }) => imports.modules.has('workers-mcp'),
  visit: {
    class: (node, context) => readEntrypoint(node, context).map((site) => ({ site })),
  },
};

function readEntrypoint(node: ClassLike, context: HandlerContext): HandlerSite[] {
  const base = node.heritageClauses
    ?.flatMap((clause) => clause.types)
    .map((type) => type.expression.getText());
  if (!base?.includes('WorkerEntrypoint')) return [];
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

/** Handlers of the Worker itself (Cloudflare Workers runtime API), which no MCP client calls. */
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
