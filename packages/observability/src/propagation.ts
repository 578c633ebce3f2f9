import { storage } from './active.js';
import { nodes, type Parent } from './node.js';

/**
 * Headers for an outgoing request, or fields for the `_meta` of an outgoing MCP call, so that the other side
 * continues this trace. Empty if nothing is recorded.
 */
export function traceContext(from?: Parent): { traceparent?: string } {
  const node = (from ? nodes.get(from) : storage?.getStore())?.here();
  return node?.spanId ? { traceparent: `00-${node.traceId}-${node.spanId}-01` } : {};
}
