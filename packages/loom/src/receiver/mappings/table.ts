import { AI_SDK } from './ai-sdk.js';
import { ANY_SPAN } from './any-span.js';
import { CLAUDE_CODE } from './claude-code.js';
import { CODEX } from './codex.js';
import { GEN_AI } from './gen-ai.js';
import { GENKIT } from './genkit.js';
import { LANGFUSE } from './langfuse.js';
import { LOGFIRE } from './logfire.js';
import { MCP } from './mcp.js';
import { OPENINFERENCE } from './openinference.js';
import { OPENLLMETRY } from './openllmetry.js';
import { OTHERS } from './others.js';
import { type Field, lookUp, type Row, type WireSpan } from './row.js';

/** All mappings in order of priority: an emitter's own names come first. */
export const MAPPINGS: readonly Row[] = [
  ...LANGFUSE,
  ...OPENINFERENCE,
  ...CLAUDE_CODE,
  ...CODEX,
  ...GENKIT,
  ...AI_SDK,
  ...GEN_AI,
  ...LOGFIRE,
  ...OPENLLMETRY,
  ...OTHERS,
  ...MCP,
  ...ANY_SPAN,
];

const BY_FIELD = new Map<Field, Row[]>();
for (const row of MAPPINGS) {
  BY_FIELD.set(row.field, [...(BY_FIELD.get(row.field) ?? []), row]);
}

/** Value of a span's field, from the first row that matches. */
export function readField(span: WireSpan, field: Field): unknown {
  for (const { names, scope, read } of BY_FIELD.get(field) ?? []) {
    if (scope && !scope.test(span.scope)) {
      continue;
    }
    for (const name of names) {
      const value = lookUp(span, name);
      const result = value === undefined || !read ? value : read(value, span);
      if (result !== undefined) {
        return result;
      }
    }
  }
  return undefined;
}

/** Values from all rows that match, for fields that are added up. */
export function readFields(span: WireSpan, field: Field): unknown[] {
  return (BY_FIELD.get(field) ?? []).flatMap(({ names, scope, read }) => {
    const [value] =
      scope && !scope.test(span.scope) ? [] : names.map((name) => lookUp(span, name)).filter(isPresent);
    const result = value === undefined || !read ? value : read(value, span);
    return result === undefined ? [] : [result];
  });
}

function isPresent(value: unknown): boolean {
  return value !== undefined;
}
