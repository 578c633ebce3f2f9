import type { Row } from './row.js';

const source = 'Codex 0.171, codex-rs/otel (spans)';

/**
 * Codex sends no operation. The span that read a complete response has the usage of the call, and the name
 * `completed`. These spans have no model.
 */
export const CODEX: readonly Row[] = [
  { field: 'type', names: ['codex.usage.total_tokens'], read: () => 'generation', source },
  {
    field: 'parameters',
    names: ['codex.request.reasoning_effort'],
    read: (value, { attributes }) =>
      attributes['codex.usage.total_tokens'] === undefined ? undefined : { reasoning_effort: value },
    source,
  },
  { field: 'sessionId', names: ['conversation.id'], scope: /^codex/, source },
];
