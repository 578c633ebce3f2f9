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

/** Functions of the Vercel AI SDK that call a model by themselves. */
const AI_SDK_CALLS = new Set(['generateText', 'streamText', 'generateObject', 'streamObject']);

/** Hosts of model APIs that are called with a plain `fetch`. */
const MODEL_HOSTS =
  /https:\/\/(api\.openai\.com|api\.anthropic\.com|openrouter\.ai|generativelanguage\.googleapis\.com|gateway\.ai\.cloudflare\.com)/;

export function instrumentationRemarks(imports: FileImports): Remark[] {
  return imports.declarations.flatMap((declaration) => {
    const module = declaration.moduleSpecifier.getText().slice(1, -1);
    const known = INSTRUMENTATION.find(([, pattern]) => pattern.test(module));
    return known ? [{ kind: 'instrumented', line: lineOf(declaration), what: known[0] } as const] : [];
  });
}

export function readRemark(node: Node, imports: FileImports): Remark | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const target = node.left;
    if (!ts.isPropertyAccessExpression(target) || !/^(tool|registerTool)$/.test(target.name.text))
      return undefined;
    return { kind: 'registration-patched', line: lineOf(node), what: target.name.text };
  }
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const called = node.expression.text;
  if (AI_SDK_CALLS.has(called) && imports.modules.has('ai')) {
    return { kind: 'model-call-unseen', line: lineOf(node), what: called };
  }
  const [address] = node.arguments;
  return called === 'fetch' && address && MODEL_HOSTS.test(address.getText())
    ? { kind: 'model-call-unseen', line: lineOf(node), what: 'fetch' }
    : undefined;
}
