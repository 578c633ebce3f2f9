import { jsonOrText } from '../attributes.js';
import { named } from './named.js';
import type { Row } from './row.js';

const source = 'OpenLLMetry (Traceloop), semantic-conventions-ai';

/**
 * Langfuse shows all of them as spans. We show tools and agents with their own type; workflows and tasks stay
 * spans.
 */
const KINDS: Readonly<Record<string, string>> = { tool: 'tool', agent: 'agent' };

export const OPENLLMETRY: readonly Row[] = [
  { field: 'type', names: ['traceloop.span.kind'], read: (value) => named(KINDS, value), source },
  {
    field: 'type',
    names: ['llm.request.type'],
    read: (value) => (value === 'embedding' ? 'embedding' : undefined),
    source,
  },
  { field: 'input', names: ['traceloop.entity.input'], read: jsonOrText, source },
  { field: 'output', names: ['traceloop.entity.output'], read: jsonOrText, source },
  { field: 'model', names: ['llm.request.model'], source },
  { field: 'input', names: ['llm.prompts.*'], source },
  { field: 'output', names: ['llm.completions.*'], source },
  {
    field: 'sessionId',
    names: ['traceloop.association.properties.session_id', 'traceloop.association.properties.chat_id'],
    source,
  },
  { field: 'userId', names: ['traceloop.association.properties.user_id'], source },
  { field: 'metadata', names: ['traceloop.association.properties.*'], source },
];
