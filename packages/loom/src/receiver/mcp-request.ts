import { nameOrUndefined } from './attributes.js';
import type { ReceivedSpan } from './trace.js';

/** MCP request of a span. */
export interface McpRequest {
  readonly method: string | null;
  readonly clientName: string | null;
  readonly clientVersion: string | null;
  /** The agent's own id of the tool call, as sent by Claude Code. */
  readonly toolUseId: string | null;
}

/** From metadata, where Langfuse's clients put it, or from attributes, where OpenTelemetry does. */
export function mcpRequestOf(span: ReceivedSpan): McpRequest {
  return {
    method: mcpField(span, 'mcp.method.name'),
    clientName: mcpField(span, 'mcp.client.name'),
    clientVersion: mcpField(span, 'mcp.client.version'),
    toolUseId: mcpField(span, 'mcp.tool_use_id'),
  };
}

export function errorTypeOf(span: ReceivedSpan): string | null {
  return mcpField(span, 'error.type');
}

function mcpField({ metadata, trace, attributes }: ReceivedSpan, key: string): string | null {
  return nameOrUndefined(metadata[key] ?? attributes[key] ?? trace.metadata[key]) ?? null;
}
