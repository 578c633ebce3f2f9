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
   * `false` for a handler that is given more than the client's arguments, such as an access token: nothing it is called
   * with is recorded.
   */
  captureInput?: boolean;
}

/**
 * Wraps a tool's handler, to be registered in its place: every call becomes a trace named `server:tool`. Which of the
 * arguments is the input and which the request context is decided at run time, see {@link mcpArguments}. A
 * value that is not a function is returned unchanged.
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
 * The same for a resource's handler, of a fixed address (`(uri, context)`) or a template
 * (`(uri, variables, context)`). The input is the address.
 */
export function traceMcpResource<Handler>(
  server: string,
  resource: string,
  handler: Handler,
  options: HandlerOptions = {},
): Handler {
  return wrap(`${server}:${resource}`, mcpResourceMetadata(server, resource), handler, options);
}

/** The same for a prompt's handler: `(args, context)`, or `(context)` of a prompt without arguments. */
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
 * Sorts the arguments of a handler, for options of a trace: `createTrace({ name, ...mcpArguments(a, b),
 * metadata })`.
 * The request context is recognised by values that JSON can't express (an abort signal, functions, the
 * request itself) or by the request's authentication, in any position; it is never the input. The first of
 * the others is the input; an
 * address of a resource is recorded as text.
 */
export function mcpArguments(...args: unknown[]): { input?: unknown; context?: unknown } {
  const context = args.find(isContext);
  const first = args[0];
  const input = isContext(first) ? undefined : first instanceof URL ? first.href : first;
  return { ...(input !== undefined && { input }), ...(context !== undefined && { context }) };
}

/**
 * Options of a trace for a JSON-RPC `tools/call`, for a server that handles the method by itself:
 * `createTrace(fromToolCall('server', request)).run(() => …)`.
 * @param request the request, its `params`, or anything of the shape `{ name, arguments }`; unknown shapes are
 *   traced without input
 * @param context the request context, if there is one
 * @param tools metadata of the server's tools, by name
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

/** The same for a `resources/read`: the request, its `params`, or `{ uri }`. */
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

/** The same for a `prompts/get`: the request, its `params`, or `{ name, arguments }`. */
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
 * Handles one message in a server that has no object to observe, and gives `handle`'s very result: a JSON-RPC answer,
 * a bare result, or a `Response`. A request whose handler starts a trace is that trace; any other becomes a trace when
 * its answer is there. Notifications are only handled.
 * @param message the JSON-RPC message
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
