import { lineOf } from './families/definitions.js';
import { unseenModelCall } from './model-calls/model-clients.js';
import type { FileImports } from './syntax/imports.js';
import { bare, type Expression, memberOf, type Node, ts } from './syntax/syntax.js';

/** Something about a file that a person should know, and that changes nothing. */
export interface Remark {
  readonly kind: 'instrumented' | 'registration-patched' | 'model-call-unseen' | 'server-from-package';
  /** 1-based. */
  readonly line: number;
  /** The tool, method or call it is about. */
  readonly what: string;
}

const INSTRUMENTATION: readonly (readonly [string, RegExp])[] = [
  ['Sentry', /^@sentry\//],
  ['OpenTelemetry', /^@opentelemetry\/|^@microlabs\/otel-cf-workers$/],
  ['PostHog', /^posthog-|^@posthog\//],
  ['the Langfuse SDK', /^langfuse$|^@langfuse\//],
];

export function instrumentationRemarks(imports: FileImports): Remark[] {
  return imports.declarations.flatMap((declaration) => {
    const module = declaration.moduleSpecifier.getText().slice(1, -1);
    const known = INSTRUMENTATION.find(([, pattern]) => pattern.test(module));
    return known ? [{ kind: 'instrumented', line: lineOf(declaration), what: known[0] } as const] : [];
  });
}

/** Packages whose servers come without tools. */
const SDK = /^(@modelcontextprotocol\/|agents(\/|$)|mcp-handler$|@hono\/mcp$|mcp-lite$|fastmcp$|tmcp$)/;

export function readRemark(node: Node, imports: FileImports): Remark | undefined {
  if (ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) {
    return node.initializer && serverFromPackage(node.name, node.initializer, imports);
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return patched(node.left) ?? serverFromPackage(node.left, node.right, imports);
  }
  const what = ts.isCallExpression(node) ? unseenModelCall(node, imports) : undefined;
  return what === undefined ? undefined : { kind: 'model-call-unseen', line: lineOf(node), what };
}

function patched(target: Expression): Remark | undefined {
  const { name = '' } = memberOf(target) ?? {};
  if (!/^(tool|registerTool)$/.test(name)) return undefined;
  return { kind: 'registration-patched', line: lineOf(target), what: name };
}

/** `this.server = mcpServerFactory(…)`: whatever tools that server has are not in these sources. */
function serverFromPackage(target: Node, value: Expression, { locals }: FileImports): Remark | undefined {
  const call = bare(ts.isAwaitExpression(value) ? value.expression : value);
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return undefined;
  const made = call.expression.text;
  const from = locals.get(made);
  const isForeign = from !== undefined && !/^([.~#]|@\/)/.test(from) && !SDK.test(from);
  if (!isForeign || !/mcp/i.test(`${made} ${from}`) || !/(^|\.)(mcp)?server$/i.test(target.getText()))
    return undefined;
  return { kind: 'server-from-package', line: lineOf(call), what: `${made}\` of \`${from}` };
}
