import { Refused } from './refused.js';

/**
 * Who may ask.
 * - `open`: any client on this machine or the network. Its answer contains no secret.
 * - `count`: any client on this machine; from elsewhere with the project's own keys. Nothing of it is kept.
 * - `write`: keys. From this machine any, except those of another project; from elsewhere the project's own.
 * - `read`: the project's own keys.
 * - `page`: whoever has opened the page.
 * - `sign-in`: the same, or the token.
 */
export type Access = 'open' | 'count' | 'write' | 'read' | 'page' | 'sign-in';

/** One thing a server answers. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** A star at the end matches any text. */
  readonly path: string;
  readonly access: Access;
  /** Size limits of a body, as sent and unpacked; 0 for none. */
  readonly maxBytes: number;
  readonly answer: (asked: Asked) => Reply | Promise<Reply>;
  /** Format of an error, unless JSON. */
  readonly refusal?: (headers: HeadersIn, message: string) => Omit<Reply, 'status'>;
}

/** Of a request, by their names in lower case. */
export interface HeadersIn {
  get(name: string): string | null;
}

/** Where a stream of events is written to. */
export interface EventSink {
  /** Bytes that wait to be read. */
  readonly writableLength: number;
  write(text: string): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export interface Asked {
  readonly headers: HeadersIn;
  readonly url: URL;
  readonly body: () => Promise<Uint8Array>;
}

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes the response over, after its head; for a stream of events. */
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

/** The access of a path that has no route. Only who may ask for what is there learns what is not. */
export function unroutedAccess(path: string): 'write' | 'page' {
  return /^\/(api|v1)\//.test(path) ? 'write' : 'page';
}

/** Throws 404 without a route, and 405 for a method that none of the path's routes has. */
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
