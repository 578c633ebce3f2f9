import { type AITaskType, mcpToolMetadata } from './atlas.js';
import { createTrace } from './trace.js';
import type { TraceOptions } from './types.js';

/**
 * Wraps a tool's handler, to be registered in its place: every call becomes a trace named `server:tool`. With one
 * parameter it is taken as the input, or as the request context where the tool has no input; with two, the second
 * is the context. What is no function is given back as it is.
 * @param options `captureInput: false` for a handler that is given more than the tool's arguments, such as an access
 *   token: nothing it is called with is recorded
 */
export function traceMcpTool<Handler>(
  server: string,
  tool: string,
  task: AITaskType,
  handler: Handler,
  { captureInput = true }: { captureInput?: boolean } = {},
): Handler {
  if (typeof handler !== 'function') return handler;
  return new Proxy(handler, {
    apply(_, self, args: unknown[]) {
      const [first, second] = args;
      const alone = args.length === 1 && isContext(first) !== undefined;
      return createTrace({
        name: `${server}:${tool}`,
        input: alone || !captureInput ? undefined : first,
        context: isContext(alone ? first : second),
        metadata: mcpToolMetadata(server, tool, task),
      }).run(() => Reflect.apply(handler, self, args));
    },
  });
}

/**
 * Options of a trace for a JSON-RPC `tools/call`, for a server that handles the method by itself:
 * `createTrace(fromToolCall('server', request)).run(() => …)`.
 * @param request the request, its `params`, or anything of the shape `{ name, arguments }`; unknown shapes are
 *   traced without input
 */
export function fromToolCall(server: string, request: unknown): TraceOptions {
  const call = member(request, 'params') ?? request;
  const name = member(call, 'name');
  const tool = typeof name === 'string' ? name : 'unknown';
  const _meta = member(call, '_meta');
  return {
    name: `${server}:${tool}`,
    input: member(call, 'arguments'),
    ...(_meta ? { context: { _meta } } : {}),
    metadata: mcpToolMetadata(server, tool),
  };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** Both SDK generations give every request an abort signal; a tool's own input, which is JSON, cannot hold one. */
function isContext(value: unknown): object | undefined {
  const context = value as { signal?: unknown; mcpReq?: unknown } | null | undefined;
  const is =
    typeof value === 'object' && (context?.signal instanceof AbortSignal || context?.mcpReq !== undefined);
  return is ? (value as object) : undefined;
}
