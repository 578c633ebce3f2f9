import { storage } from '../active.js';
import {
  type AITaskType,
  type McpToolFacts,
  mcpPromptMetadata,
  mcpResourceMetadata,
  mcpToolMetadata,
} from '../atlas.js';
import { isContext } from '../context.js';
import { createTrace } from '../trace.js';
import type { TraceOptions } from '../types.js';
import type { Message } from './message.js';
import { handled } from './observe-server.js';

interface HandlerOptions {
  /**
   * Default true. `false` records no arguments. Use it for a handler that gets more than the client's arguments, such
   * as an access token.
   */
  captureInput?: boolean;
}

/**
 * Wraps a tool's handler: every call becomes a trace named `server:tool`. Register the result in place of the handler.
 * At run time, {@link mcpArguments} finds the input and the request context among the arguments. Errors of the handler
 * are recorded and thrown again.
 * @param server the server's name
 * @param tool the tool's name
 * @param task the Atlas task type, or metadata of the tool
 * @param handler the tool's function
 * @param options settings of this handler
 * @returns the wrapped handler; a value that is not a function is returned unchanged
 */
export function traceMcpTool<Handler>(
  server: string,
  tool: string,
  task: AITaskType | McpToolFacts,
  handler: Handler,
  options: HandlerOptions = {},
): Handler {
  return wrap(`${server}:${tool}`, mcpToolMetadata(server, tool, task), handler, options);
}

/**
 * Wraps a resource's handler in the same way. It may have a fixed URI (`(uri, context)`) or a template
 * (`(uri, variables, context)`). The input of the trace is the URI.
 * @param server the server's name
 * @param resource the resource's name
 * @param handler the resource's function
 * @param options settings of this handler
 * @returns the wrapped handler; a value that is not a function is returned unchanged
 */
export function traceMcpResource<Handler>(
  server: string,
  resource: string,
  handler: Handler,
  options: HandlerOptions = {},
): Handler {
  return wrap(`${server}:${resource}`, mcpResourceMetadata(server, resource), handler, options);
}

/**
 * Wraps a prompt's handler in the same way: `(args, context)`, or `(context)` for a prompt without arguments.
 * @param server the server's name
 * @param prompt the prompt's name
 * @param handler the prompt's function
 * @param options settings of this handler
 * @returns the wrapped handler; a value that is not a function is returned unchanged
 */
export function traceMcpPrompt<Handler>(
  server: string,
  prompt: string,
  handler: Handler,
  options: HandlerOptions = {},
): Handler {
  return wrap(`${server}:${prompt}`, mcpPromptMetadata(server, prompt), handler, options);
}

function wrap<Handler>(
  name: string,
  metadata: object,
  handler: Handler,
  { captureInput = true }: HandlerOptions,
): Handler {
  if (typeof handler !== 'function') return handler;
  return new Proxy(handler, {
    apply(_, self, args: unknown[]) {
      const { input, context } = mcpArguments(...args);
      return createTrace({ name, input: captureInput ? input : undefined, context, metadata }).run(() =>
        Reflect.apply(handler, self, args),
      );
    },
  });
}

/**
 * Finds the input and the request context among a handler's arguments, for the options of a trace:
 * `createTrace({ name, ...mcpArguments(a, b), metadata })`.
 *
 * The request context may be in any position. It has values that JSON can't express (an abort signal, functions, the
 * HTTP request) or the request's authentication. The input is the first argument, unless that is the context. A URL is
 * recorded as text.
 */
export function mcpArguments(...args: unknown[]): { input?: unknown; context?: unknown } {
  const context = args.find(isContext);
  const first = args[0];
  const input = isContext(first) ? undefined : first instanceof URL ? first.href : first;
  return { ...(input !== undefined && { input }), ...(context !== undefined && { context }) };
}

/**
 * Returns trace options for a JSON-RPC `tools/call`, for a server that handles the method without an SDK:
 * `createTrace(fromToolCall('server', request)).run(() => …)`.
 * @param server the server's name
 * @param request the request, its `params`, or `{ name, arguments }`. Other values are traced without input
 * @param context the request context, if any
 * @param tools Atlas task types or metadata of the server's tools, by name
 */
export function fromToolCall(
  server: string,
  request: unknown,
  context?: unknown,
  tools: Readonly<Record<string, AITaskType | McpToolFacts | undefined>> = {},
): TraceOptions {
  const call = member(request, 'params') ?? request;
  const tool = text(member(call, 'name')) ?? 'unknown';
  return {
    name: `${server}:${tool}`,
    input: member(call, 'arguments'),
    ...contextOf(request, context),
    metadata: mcpToolMetadata(server, tool, Object.hasOwn(tools, tool) ? tools[tool] : undefined),
  };
}

/**
 * Returns trace options for a `resources/read`.
 * @param server the server's name
 * @param request the request, its `params`, or `{ uri }`
 * @param context the request context, if any
 */
export function fromResourceRead(server: string, request: unknown, context?: unknown): TraceOptions {
  const read = member(request, 'params') ?? request;
  const uri = text(member(read, 'uri')) ?? 'unknown';
  return {
    name: `${server}:resources/read`,
    input: uri,
    ...contextOf(request, context),
    metadata: { ...mcpResourceMetadata(server), 'mcp.resource.uri': uri },
  };
}

/**
 * Returns trace options for a `prompts/get`.
 * @param server the server's name
 * @param request the request, its `params`, or `{ name, arguments }`
 * @param context the request context, if any
 */
export function fromPromptGet(server: string, request: unknown, context?: unknown): TraceOptions {
  const get = member(request, 'params') ?? request;
  const prompt = text(member(get, 'name')) ?? 'unknown';
  return {
    name: `${server}:${prompt}`,
    input: member(get, 'arguments'),
    ...contextOf(request, context),
    metadata: mcpPromptMetadata(server, prompt),
  };
}

/**
 * Observes one message of a hand-written server, which has no server object for {@link observeServer}. If the handler
 * starts a trace, that is the request's trace. Otherwise the request becomes a trace when its response is ready.
 * Notifications are not recorded.
 * @param server the server's name
 * @param message the JSON-RPC message
 * @param handle handles the message. It may return a JSON-RPC response, a result, or a `Response`, or a promise of one
 * @param context the HTTP request, or the request context
 * @returns the unchanged result of `handle`. Its errors are recorded and thrown again
 */
export function observeMessage<T>(server: string, message: unknown, handle: () => T, context?: object): T {
  const own = isContext(context) ? context : { requestInfo: context };
  return handled(
    message as Message,
    { name: server, low: undefined, owner: undefined },
    own as object,
    handle,
  );
}

function contextOf(call: unknown, context: unknown): { context?: object } {
  const _meta = member(member(call, 'params') ?? call, '_meta');
  const carrier = storage ? undefined : call;
  return _meta || context || carrier
    ? { context: { ...Object(context), ...(_meta ? { _meta } : {}), ...(carrier ? { call: carrier } : {}) } }
    : {};
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
