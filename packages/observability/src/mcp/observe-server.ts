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
 * Records every request of an MCP server. If the handler starts a trace, that is the request's trace: it begins and
 * ends with the request. Otherwise the request becomes a trace when its response leaves. Responses are not changed.
 * Never throws.
 * @param server `McpServer` or `Server` of SDK v1 or v2, a server of mcp-lite or tmcp, or a promise of one
 * @param name the server's name in names of traces and in the Atlas metadata, as in `mcpToolMetadata`
 * @param owner the `McpAgent` of the server. Its `props` identify the user: only `userId`, `sub`, `login` and `email`
 *   are read
 * @returns the same server
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

/** Servers of the SDKs: a transport is observed before it starts. */
function observeConnect(low: Any, about: Server): void {
  const { connect } = low;
  low.connect = function (this: unknown, transport: Any, ...more: unknown[]) {
    safely(() => watchTransport(transport, about));
    return Reflect.apply(connect, this, [transport, ...more]);
  };
}

/** tmcp: the method `receive` gets a message and returns its response. */
function observeReceive(low: Any, about: Server): void {
  const { receive } = low;
  low.receive = function (this: unknown, message: Message, context: Any, ...more: unknown[]) {
    const { sessionId, auth: authInfo } = Object(context);
    return handled(message, about, { sessionId, authInfo }, () =>
      Reflect.apply(receive, this, [message, context, ...more]),
    );
  };
}

/** mcp-lite: a middleware. It is the outermost one if no other was added before. */
function observeMiddleware(low: Any, about: Server): void {
  low.use((context: Any, next: () => Promise<void>) => {
    const { request, session, authInfo } = context;
    return handled(request, about, { sessionId: session?.id, authInfo }, next, () => context.response);
  });
}

/** Runs the handler of a message and returns its unchanged result. */
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
