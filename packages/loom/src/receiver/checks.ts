import type { IncomingMessage } from 'node:http';
import { Refused } from './body.js';

/** A page whose own name was made to point at this machine may not read what is here. */
export function requireLoopbackHost(request: IncomingMessage): void {
  const local = request.socket.localAddress ?? '';
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (/^(::ffff:)?127\.|^::1$/.test(local) && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(host)) {
    throw new Refused(403, `Host ${host} is not this machine`);
  }
}

/** What sends traces is no page: a browser that asks for one of another address is turned away. */
export function refuseOtherPages(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (foreign || (origin !== undefined && origin !== `http://${host}`)) {
    throw new Refused(403, 'This receiver takes nothing from pages in a browser');
  }
}

/** Any keys will do here, but the header must be there as Langfuse wants it. */
export function requireBasicAuth(request: IncomingMessage): void {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  const [user, password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  if (scheme?.toLowerCase() !== 'basic' || !user || !password) {
    throw new Refused(401, 'Basic authorization with a public and a secret key is required');
  }
}

export type BodyFormat = 'json' | 'protobuf';

/** What the body is said to be. Undefined for anything else, a browser's plain forms among it. */
export function formatOf(request: IncomingMessage): BodyFormat | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === 'application/json' ? 'json' : type === 'application/x-protobuf' ? 'protobuf' : undefined;
}

/** Besides being right, this makes a browser ask first, which the page of a stranger is then refused. */
export function requireJson(request: IncomingMessage): void {
  if (formatOf(request) !== 'json') {
    throw new Refused(415, 'Content-Type must be application/json');
  }
}
