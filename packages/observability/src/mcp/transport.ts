import { storage } from '../active.js';
import { returned } from '../outcome.js';
import { currentSettings } from '../settings.js';
import type { Span } from '../types.js';
import { safely } from '../warn.js';
import { isRequest, type Message } from './message.js';
import { remember } from './open-requests.js';
import { openRequest, type Request } from './request.js';

// biome-ignore lint/suspicious/noExplicitAny: a transport of either SDK generation; every step is guarded
type Any = any;

/** The largest number of open requests for each transport. With more, the oldest counts as never answered. */
const OPEN_MAX = 1_000;
const GONE = Object.assign(new Error('the connection was closed before the answer'), { name: 'AbortError' });

export interface Server {
  name: string | undefined;
  /** The server that knows the client. */
  low: unknown;
  /** The Durable Object of an `McpAgent`. Its `props` identify the user. */
  owner: Any;
}

/**
 * Observes a transport. Call it before the server connects: the server sets `onmessage` and then calls `start`.
 */
export function watchTransport(transport: Any, server: Server): void {
  const { start, send } = transport;
  const watch = createWatch(transport, server);
  transport.send = function (this: unknown, message: Message, options: Any) {
    // Send the response before recording it.
    const sent = Reflect.apply(send, this, [message, options]);
    safely(() => watch.sent(message, options));
    return sent;
  };
  transport.start = function (this: unknown, ...args: unknown[]) {
    safely(() => {
      const { onmessage, onclose } = transport;
      transport.onmessage = (message: Message, extra: Any) => watch.received(message, extra, onmessage);
      transport.onclose = (...args: unknown[]) => {
        safely(watch.closed);
        return onclose?.(...args);
      };
    });
    return Reflect.apply(start, this, args);
  };
}

function createWatch(transport: Any, { name, low, owner }: Server) {
  /** Open requests by id. Each transport has its own ids. */
  const open = new Map<unknown, Request>();
  /** Spans of the server's requests to the client, by the server's ids. */
  const asked = new Map<unknown, Span>();
  /** The client's data from `initialize`, if all requests are from one client. */
  let client: { clientInfo?: unknown; protocolVersion?: unknown } = {};

  /** Records a notification in the request with this id or progress token, or in the running one. */
  const event = (message: Message, id?: unknown): void => {
    const { method = '', params } = message;
    let request = open.get(id);
    for (const other of params?.progressToken === undefined ? [] : open.values()) {
      if (other.message.params?._meta?.progressToken === params.progressToken) request ??= other;
    }
    if (request) request.event(message);
    else storage?.getStore()?.here().child('event', { name: method, input: params }).end();
  };

  return {
    received(message: Message, extra: Any, next: (message: Message, extra: Any) => void): unknown {
      let request: Request | undefined;
      safely(() => {
        request = receive(message, extra);
      });
      return request ? request.run(() => next(message, extra)) : next(message, extra);
    },

    sent(message: Message, options: Any): void {
      if (isRequest(message)) {
        const { method = '', params } = message;
        const parent = open.get(options?.relatedRequestId)?.node ?? storage?.getStore();
        if (parent) asked.set(message.id, parent.here().child('span', { name: method, input: params }));
      } else if (message.method) {
        event(message, options?.relatedRequestId);
      } else {
        const { protocolVersion } = Object(message.result);
        if (protocolVersion) client = { ...client, protocolVersion };
        open.get(message.id)?.answer(message);
        open.delete(message.id);
      }
    },

    closed(): void {
      for (const request of open.values()) request.fail(GONE);
      for (const span of asked.values())
        span.update({ level: 'WARNING', statusMessage: 'never answered' }).end();
      open.clear();
      asked.clear();
    },
  };

  function receive(message: Message, extra: Any): Request | undefined {
    const { id, method, params } = message;
    if (method === 'notifications/cancelled') {
      const reason = params?.reason ?? 'cancelled by the client';
      const request = open.get(params?.requestId);
      request?.event(message);
      request?.fail(Object.assign(new Error(reason), { name: 'AbortError' }));
      open.delete(params?.requestId);
    } else if (method && !isRequest(message)) {
      event(message);
    } else if (!method) {
      const span = asked.get(id);
      const { error } = returned(message, true);
      if (error)
        span?.update({
          level: 'ERROR',
          statusMessage: error.message,
          metadata: { 'error.type': error.type },
        });
      span?.end(message.result);
      asked.delete(id);
    } else {
      const http = extra?.requestInfo ?? extra?.request;
      // All requests are from one client, unless they use HTTP without a session.
      const isOne = transport.sessionId || !http;
      if (method === 'initialize' && isOne)
        client = { clientInfo: params?.clientInfo, protocolVersion: params?.protocolVersion };
      // After hibernation, an McpAgent initialises its server again with the original request.
      if (method === 'initialize' && !extra && transport.sessionId) return undefined;
      const settings = currentSettings();
      if (!settings) return undefined;
      const context = {
        ...client,
        requestId: id,
        sessionId: transport.sessionId,
        requestInfo: http,
        authInfo: extra?.authInfo,
        props: owner?.props,
        _meta: params?._meta,
      };
      const request = openRequest(message, { settings, name, server: low, context });
      if (open.size >= OPEN_MAX) {
        const [oldest] = open.keys();
        open.get(oldest)?.fail(new Error('never answered'));
        open.delete(oldest);
      }
      open.set(id, request);
      remember(request, id, http, params?._meta, params?.arguments);
      return request;
    }
    return undefined;
  }
}
