import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from './loopback.js';
import { derivedSecret, sameSecret } from './secret.js';

/**
 * A session ends after this time without requests. An open page sends requests often, which renews the
 * session.
 */
const SESSION_MS = 8 * 3_600_000;
/** Time to follow the redirect from the address with the token to the session's host name. */
const TICKET_MS = 60_000;
const MAX_TICKETS = 100;

/**
 * Sessions of the page. The cookie is a separate secret and not the token. It expires, and is valid for one
 * host name. Browsers share cookies between ports, so no other server on this machine uses that name.
 */
export class PageSessions {
  /**
   * A name that browsers resolve to this machine (RFC 6761, 6.3). It is secret, so only a browser with the
   * token knows it.
   */
  readonly name: string;
  readonly #token: string;
  readonly #key: string;
  readonly #cookieName: string;
  readonly #now: () => number;
  readonly #tickets = new Map<string, number>();

  constructor(token: string, port: number, now: () => number) {
    this.#token = token;
    this.#key = derivedSecret(token, 'page session');
    this.#cookieName = `loom_${port}`;
    this.#now = now;
    this.name = `loom-${derivedSecret(token, 'page name').slice(0, 24)}.localhost`;
  }

  /** Whether the address has the token, or a ticket (which is valid once). */
  mayOpen(query: URLSearchParams): boolean {
    const ticket = query.get('ticket');
    if (ticket !== null) {
      const until = this.#tickets.get(ticket) ?? 0;
      this.#tickets.delete(ticket);
      return until >= this.#now();
    }
    return sameSecret(query.get('token') ?? '', this.#token);
  }

  /** Where to redirect a page of this host, because its cookies would be shared with other ports. */
  redirectFor(host: string): string | undefined {
    const { hostname, port } = new URL(`http://${host}`);
    if (hostname === this.name || !isLoopback(hostname)) {
      return undefined;
    }
    const ticket = randomBytes(16).toString('hex');
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size >= MAX_TICKETS && oldest !== undefined) {
      this.#tickets.delete(oldest);
    }
    this.#tickets.set(ticket, this.#now() + TICKET_MS);
    return `http://${this.name}${port ? `:${port}` : ''}/?ticket=${ticket}`;
  }

  /** A Set-Cookie header: scripts can't read the cookie, and other sites can't send it. */
  cookie(host: string): string {
    const expires = (this.#now() + SESSION_MS).toString(36);
    const secret = `${expires}.${randomBytes(12).toString('hex')}`;
    const signed = `${secret}.${this.#sign(secret, host)}`;
    return `${this.#cookieName}=${signed}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_MS / 1000}`;
  }

  /** Whether the request belongs to a session, and whether its cookie should be renewed. */
  find(request: IncomingMessage): { readonly renew: boolean } | undefined {
    const host = request.headers.host ?? '';
    const values = (request.headers.cookie ?? '')
      .split(';')
      .map((cookie) => cookie.trim())
      .filter((cookie) => cookie.startsWith(`${this.#cookieName}=`))
      .map((cookie) => cookie.slice(this.#cookieName.length + 1));
    for (const value of values) {
      const [expires = '', nonce = '', mac = ''] = value.split('.');
      const left = Number.parseInt(expires, 36) - this.#now();
      if (left > 0 && sameSecret(mac, this.#sign(`${expires}.${nonce}`, host))) {
        return { renew: left < SESSION_MS / 2 };
      }
    }
    return undefined;
  }

  #sign(secret: string, host: string): string {
    return derivedSecret(this.#key, `${host.toLowerCase()} ${secret}`);
  }
}
