import { jsonOrText } from '../attributes.js';
import { named } from './named.js';
import type { Row } from './row.js';

const scope = /^com\.anthropic\.claude_code/;
const source = 'Claude Code 2.1, "Monitoring": traces (beta)';

/** Langfuse shows its tools and turns as spans, although their type is known. */
const TYPES: Readonly<Record<string, string>> = {
  interaction: 'agent',
  llm_request: 'generation',
  tool: 'tool',
};

export const CLAUDE_CODE: readonly Row[] = [
  { field: 'type', names: ['span.type'], scope, read: (value) => named(TYPES, value), source },
  {
    field: 'name',
    names: ['tool_name'],
    scope,
    read: (value, { attributes }) => (attributes['span.type'] === 'tool' ? value : undefined),
    source,
  },
  { field: 'model', names: ['model'], scope, source },
  {
    field: 'input',
    names: ['user_prompt', 'tool_input', 'tool_parameters'],
    scope,
    read: jsonOrText,
    source,
  },
  { field: 'output', names: ['response.model_output', 'tool_output'], scope, read: jsonOrText, source },
  {
    field: 'parameters',
    names: ['speed', 'effort'],
    scope,
    read: (_value, { attributes: { speed, effort } }) => ({
      ...(speed === undefined || speed === 'normal' ? {} : { speed }),
      ...(effort === undefined ? {} : { effort }),
    }),
    source,
  },
  {
    field: 'statusMessage',
    names: ['error'],
    scope,
    read: (value) => (typeof value === 'string' ? value : undefined),
    source,
  },
];
