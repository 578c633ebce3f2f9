import { lineOf } from './definitions.js';
import type { FileImports } from './imports.js';
import { type Node, ts } from './syntax.js';

/** Something about a file that a person should know, and that changes nothing. */
export interface Remark {
  readonly kind: 'instrumented' | 'registration-patched' | 'model-call-unseen';
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

export function readRemark(node: Node): Remark | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const target = node.left;
    if (!ts.isPropertyAccessExpression(target) || !/^(tool|registerTool)$/.test(target.name.text))
      return undefined;
    return { kind: 'registration-patched', line: lineOf(node), what: target.name.text };
  }
  // `env.AI?.run(…)`: a client that may not be there can't be wrapped in place.
  const isOptional =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'run' &&
    /\?\..*\brun$/.test(node.expression.getText()) &&
    /\bAI\??\.run$/.test(node.expression.getText());
  return isOptional ? { kind: 'model-call-unseen', line: lineOf(node), what: 'AI?.run' } : undefined;
}
