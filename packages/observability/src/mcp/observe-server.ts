import { follow } from '../follow.js';
import { currentSettings } from '../settings.js';
import { safely } from '../warn.js';
import { isRequest, type Message } from './message.js';
import { remember } from './open-requests.js';
import { openRequest } from './request.js';
import { type Server, watchTransport } from './transport.js';

// biome-ignore lint/suspicious/noExplicitAny: a server of any library; every step is guarded
type Any = any;

const observed = new WeakSet<object>();

/**
 * Records every request that an MCP server gets, and gives the same server back: `McpServer` and `Server` of both SDK
 * generations, the servers of mcp-lite and tmcp, or a promise of one. A request whose handler starts a trace is that
 * trace, which then begins and ends with the request; any other becomes a trace when its answer leaves. The
 * server's answer is not changed.
 * @param name the server's name in names of traces and in the Atlas metadata, as `mcpToolMetadata` has it
 * @param owner the `McpAgent` that holds the server: its `props` say who the user is. Only `userId`, `sub`, `login` and
 *   `email` are looked at
 */
export function observeServer<T>(server: T, name?: string, owner?: object): T {
  safely(() => {
    const given: Any = server;
    if (typeof given?.then === 'function' && typeof given.connect !== 'function') {
      given.then(
        (made: unknown) => observeServer(made, name, owner),
        () => {},
      );
      return;
    }
    const low = given?.server ?? given;
    if (typeof low !== 'object' || !low || observed.has(low)) return;
    observed.add(low);
    const about: Server = { name, low, owner };
    if (typeof low.connect === 'function') observeConnect(low, about);
    else if (typeof low.receive === 'function') observeReceive(low, about);
    else if (typeof low.use === 'function') observeMiddleware(low, about);
  });
  return server;
}

/** The SDKs' servers: a transport is watched from before it starts. */
function observeConnect(low: Any, about: Server): void {
  const { connect } = low;
  low.connect = function (this: unknown, transport: Any, ...more: unknown[]) {
    safely(() => watchTransport(transport, about));
    return Reflect.apply(connect, this, [transport, ...more]);
  };
}

/** tmcp: a method that takes a message and gives its answer. */
function observeReceive(low: Any, about: Server): void {
  const { receive } = low;
  low.receive = function (this: unknown, message: Message, context: Any, ...more: unknown[]) {
    const { sessionId, auth: authInfo } = Object(context);
    return handled(message, about, { sessionId, authInfo }, () =>
      Reflect.apply(receive, this, [message, context, ...more]),
    );
  };
}

/** mcp-lite: a middleware, the outermost if it is the first. */
function observeMiddleware(low: Any, about: Server): void {
  low.use((context: Any, next: () => Promise<void>) => {
    const { request, session, authInfo } = context;
    return handled(request, about, { sessionId: session?.id, authInfo }, next, () => context.response);
  });
}

/** Runs what handles a message, and gives its very result. */
export function handled<T>(
  message: Message,
  { name, low, owner }: Server,
  context: object,
  call: () => T,
  answer: (result: unknown) => unknown = (result) => result,
): T {
  let run: (() => T) | undefined;
  safely(() => {
    const settings = currentSettings();
    if (!settings || !isRequest(Object(message))) return;
    const { id: requestId, params } = message;
    const around = { requestId, props: owner?.props, _meta: params?._meta, ...context };
    const request = openRequest(message, { settings, name, server: low, context: around });
    remember(request, requestId, message, params, params?.arguments, params?._meta);
    run = () => {
      try {
        return follow(request.run(call), (result) => request.answer(answer(result)), request.fail);
      } catch (error) {
        request.fail(error);
        throw error;
      }
    };
  });
  return run ? run() : call();
}
