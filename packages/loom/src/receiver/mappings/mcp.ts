import { jsonOrText } from '../attributes.js';
import { named } from './named.js';
import type { Row } from './row.js';

const source = 'OpenTelemetry semantic-conventions-genai, mcp';

const TYPES: Readonly<Record<string, string>> = {
  'tools/call': 'tool',
  'resources/read': 'retriever',
};

/**
 * The conventions for MCP. The name stays `tools/call add` unless there is a `gen_ai.tool.name`: Langfuse
 * prefers it to the span's own name.
 */
export const MCP: readonly Row[] = [
  { field: 'type', names: ['mcp.method.name'], read: (value) => named(TYPES, value), source },
  {
    field: 'input',
    names: ['mcp.request.argument.*'],
    read: jsonOrText,
    source: 'Sentry, MCP server integration',
  },
  {
    field: 'output',
    names: ['mcp.tool.result.content', 'mcp.prompt.result.*'],
    read: jsonOrText,
    source: 'Sentry, MCP server integration',
  },
  { field: 'sessionId', names: ['mcp.session.id'], source },
];
