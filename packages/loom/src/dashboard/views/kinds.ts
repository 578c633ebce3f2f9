import type { ToolRow } from '../contract/tools.js';

/** Kind of an MCP method. Traces without a method were recorded by a tool's own wrapper. */
export function kindOf(method: string): ToolRow['kind'] {
  if (method === '' || method === 'tools/call') {
    return 'tool';
  }
  return method === 'resources/read' ? 'resource' : method === 'prompts/get' ? 'prompt' : 'other';
}

/** `error.type` of requests that fail before a handler of the server runs. */
export const NOT_REACHED = ['invalid_arguments', 'unknown_tool', 'unauthorized', 'rate_limited'] as const;
