import { Refused } from './refused.js';

/**
 * Who may use a route.
 * - `open`: any client on this machine or the network. The response contains no secret.
 * - `count`: any client on this machine; from elsewhere with the project's own keys. No data is stored.
 * - `write`: keys. Clients on this machine may use any, except those of another project. Other clients need
 *   the project's own keys.
 * - `read`: the project's own keys.
 * - `page`: a session of the page.
 * - `sign-in`: a session of the page, or the token.
 */
export type Access = 'open' | 'count' | 'write' | 'read' | 'page' | 'sign-in';

/** A route of a server. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** A star at the end matches any text. */
  readonly path: string;
  readonly access: Access;
  /** Size limits of a body, as sent and unpacked; 0 for none. */
  readonly maxBytes: number;
  readonly answer: (asked: RouteRequest) => Reply | Promise<Reply>;
  /** Format of an error, unless JSON. */
  readonly refusal?: (headers: HeadersIn, message: string) => Omit<Reply, 'status'>;
}

/** Headers of a request, with names in lower case. */
export interface HeadersIn {
  get(name: string): string | null;
}

/** Destination of an event stream. */
export interface EventSink {
  /** Bytes that the client has not read yet. */
  readonly writableLength: number;
  write(text: string): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export interface RouteRequest {
  readonly headers: HeadersIn;
  readonly url: URL;
  readonly body: () => Promise<Uint8Array>;
}

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** For an event stream: takes over the response after its headers. */
  readonly stream?: (to: EventSink) => void;
}

export function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

/** The routes of a path, one for each method. */
export function routesOf(routes: readonly Route[], path: string): Route[] {
  return routes.filter((route) =>
    route.path.endsWith('*') ? path.startsWith(route.path.slice(0, -1)) : route.path === path,
  );
}

/** The access for a path without a route. A client needs it to learn that the route does not exist. */
export function unroutedAccess(path: string): 'write' | 'page' {
  return /^\/(api|v1)\//.test(path) ? 'write' : 'page';
}

/** Throws 404 without a route, and 405 if no route of the path has the method. */
export function requireRoute(
  route: Route | undefined,
  method: string | undefined,
  ofPath: readonly Route[],
): Route {
  if (!route) {
    throw new Refused(404, 'Not found.');
  }
  if (route.method !== method) {
    throw new Refused(405, `${method} is not supported here.`, {
      allow: [...new Set(ofPath.map((one) => one.method))].join(', '),
    });
  }
  return route;
}
