import type { HandlerKind } from './site.js';

/** The names of one kind of handler in the protocol, in the SDK and in our runtime. */
interface Method {
  /** The JSON-RPC method (MCP specification 2025-11-25). */
  readonly rpc: string;
  /** Schema of the method in the low-level Server of SDK v1. */
  readonly schema: string;
  /** Exports of our runtime: one wraps a handler as a value, the other describes its trace. */
  readonly run: string;
  readonly metadata: string;
  /** Creates trace options from a request, when only the request names the tool. */
  readonly from: string;
}

export const METHODS = {
  tool: {
    rpc: 'tools/call',
    schema: 'CallToolRequestSchema',
    run: 'traceMcpTool',
    metadata: 'mcpToolMetadata',
    from: 'fromToolCall',
  },
  resource: {
    rpc: 'resources/read',
    schema: 'ReadResourceRequestSchema',
    run: 'traceMcpResource',
    metadata: 'mcpResourceMetadata',
    from: 'fromResourceRead',
  },
  prompt: {
    rpc: 'prompts/get',
    schema: 'GetPromptRequestSchema',
    run: 'traceMcpPrompt',
    metadata: 'mcpPromptMetadata',
    from: 'fromPromptGet',
  },
} as const satisfies Readonly<Record<HandlerKind, Method>>;
