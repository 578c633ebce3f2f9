import type { Family } from '../family.js';
import { lineOf } from '../syntax/syntax.js';

/** Tracing libraries that a file already uses. */
export const instrumentation: Family = {
  id: 'instrumentation',
  visit: {
    file: (_, { imports }) =>
      imports.declarations.flatMap((declaration) => {
        const module = declaration.moduleSpecifier.getText().slice(1, -1);
        const known = INSTRUMENTATION.find(([, pattern]) => pattern.test(module));
        if (!known) return [];
        return [{ remark: { kind: 'instrumented', line: lineOf(declaration), what: known[0] } as const }];
      }),
  },
};

const INSTRUMENTATION: readonly (readonly [string, RegExp])[] = [
  ['Sentry', /^@sentry\//],
  ['OpenTelemetry', /^@opentelemetry\/|^@microlabs\/otel-cf-workers$/],
  ['PostHog', /^posthog-|^@posthog\//],
  ['the Langfuse SDK', /^langfuse$|^@langfuse\//],
];
