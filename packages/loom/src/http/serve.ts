import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { LoomError } from '../errors.js';
import { explain } from '../store/open.js';
import { ownNames } from './address.js';
import { readBody, refuseBySize } from './body.js';
import { Budget } from './budget.js';
import { Guard } from './guard.js';
import { SECURITY_HEADERS } from './headers.js';
import type { KeyRing } from './keys.js';
import type { Listening } from './listen.js';
import { isLoopback } from './loopback.js';
import type { PageSessions } from './page-sessions.js';
import { Refused } from './refused.js';
import {
  type HeadersIn,
  json,
  type Reply,
  type Route,
  requireRoute,
  routesOf,
  unroutedAccess,
} from './route.js';

/** How long a client may continue to send a rejected body, in ms. */
const LINGER_MS = 3000;
/** Timeout for receiving a request, in ms, because the received part is in memory. */
const REQUEST_MS = 60_000;
/** First bytes of an HTTP/2 client (RFC 9113, 3.4). */
const HTTP2_PREFACE = 'PRI * HTTP/2.0';

export interface ServeOptions {
  /** Address of the listening server. */
  readonly at: Listening;
  readonly routes: readonly Route[];
  readonly keys: KeyRing;
  /** Undefined if the server has no page. */
  readonly pages?: PageSessions;
  readonly budget?: Budget;
  /** Called when a client speaks HTTP/2 from the first byte, as gRPC does. The connection is closed. */
  readonly onGrpc?: (() => void) | undefined;
}

/** Serves the routes. Every request passes the guard. */
export function serveRoutes(
  server: Server,
  { at, routes, keys, pages, budget = new Budget(), onGrpc }: ServeOptions,
): void {
  const network = !isLoopback(at.host);
  const hosts = [at.name, ...(network ? ownNames(at.host) : [])];
  const guard = new Guard({ port: at.port, hosts, network, keys, pages });
  const answer = listener(routes, guard, budget, pages);
  server.requestTimeout = REQUEST_MS;
  server.on('request', answer);
  // A client that sends "Expect: 100-continue" gets a rejection before it sends the body.
  server.on('checkContinue', answer);
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    if (error.rawPacket?.subarray(0, HTTP2_PREFACE.length).toString('latin1') === HTTP2_PREFACE) {
      onGrpc?.();
      socket.destroy();
    } else {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    }
  });
}

function listener(
  routes: readonly Route[],
  guard: Guard,
  budget: Budget,
  pages: PageSessions | undefined,
): RequestListener {
  return async (request, response) => {
    const reservation = budget.open();
    let found: Route | undefined;
    try {
      const url = targetOf(request);
      const ofPath = routesOf(routes, url.pathname);
      found = ofPath.find(({ method }) => method === request.method) ?? ofPath[0];
      guard.refuseStrangers(request);
      guard.requireAccess(request, url, found?.access ?? unroutedAccess(url.pathname));
      const route = requireRoute(found, request.method, ofPath);
      refuseBySize(request, route.maxBytes);
      if (request.headers.expect !== undefined) {
        response.writeContinue();
      }
      const body = () => readBody(request, { maxBytes: route.maxBytes, budget, reservation: reservation });
      const reply = await route.answer({ headers: headersOf(request), url, body });
      const renew = ['page', 'sign-in'].includes(route.access) && pages?.find(request)?.renew;
      send(response, renew ? withCookie(reply, pages.cookie(request.headers.host ?? '')) : reply);
    } catch (error) {
      sendError(request, response, error, found);
    } finally {
      reservation.release();
    }
  };
}

function headersOf({ headers }: IncomingMessage): HeadersIn {
  return {
    get: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  };
}

function targetOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  if (!URL.canParse(target, 'http://here')) {
    throw new Refused(400, 'The address is invalid');
  }
  return new URL(target, 'http://here');
}

function withCookie(reply: Reply, cookie: string): Reply {
  return { ...reply, headers: { 'set-cookie': cookie, ...reply.headers } };
}

/** A rejection is final. 503 asks clients to retry, which may help if the database is busy or full. */
function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  route: Route | undefined,
): void {
  const cause = error instanceof Refused ? error : explain('.loom/loom.db', error);
  const status = cause instanceof Refused ? cause.status : cause instanceof LoomError ? 503 : 500;
  const message = cause instanceof Error ? cause.message : String(cause);
  const headers = cause instanceof Refused ? cause.headers : {};
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!request.complete) {
    // The client may still be sending, and can read the response only if the connection stays open.
    const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
    request.once('close', () => clearTimeout(cut));
    request.resume();
  }
  const rejection =
    route?.refusal?.(headersOf(request), message) ?? json(status, { error: message, message });
  send(response, { ...rejection, status, headers });
}

function send(response: ServerResponse, { status, type, body, headers, stream }: Reply): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(stream ? {} : { 'content-length': Buffer.byteLength(body ?? '') }),
    ...headers,
  });
  if (stream) {
    stream(response);
  } else {
    response.end(body);
  }
}
