import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from './loopback.js';
import { derivedSecret, sameSecret } from './secret.js';

/** How long a page may be silent and still be let in. An open page asks often, and is renewed. */
const SESSION_MS = 8 * 3_600_000;
/** From the address with the token to the name that the session is bound to. */
const TICKET_MS = 60_000;
const MAX_TICKETS = 100;

/**
 * Who has opened the page. The cookie is not the token: it is a secret of its own, which ends, and holds for one name.
 * Cookies know no ports, so that name is one that no other server of this machine has.
 */
export class PageSessions {
  /** A name that browsers take for this machine (RFC 6761, 6.3) and that only who opened the page knows. */
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

  /** Whether the address lets in: with the token, or once with a ticket. */
  mayOpen(query: URLSearchParams): boolean {
    const ticket = query.get('ticket');
    if (ticket !== null) {
      const until = this.#tickets.get(ticket) ?? 0;
      this.#tickets.delete(ticket);
      return until >= this.#now();
    }
    return sameSecret(query.get('token') ?? '', this.#token);
  }

  /** Where a page of this host goes first, if its cookies would be every port's. */
  detour(host: string): string | undefined {
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

  /** For Set-Cookie: out of reach of scripts, and never sent along from another site. */
  cookie(host: string): string {
    const expires = (this.#now() + SESSION_MS).toString(36);
    const secret = `${expires}.${randomBytes(12).toString('hex')}`;
    const signed = `${secret}.${this.#sign(secret, host)}`;
    return `${this.#cookieName}=${signed}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_MS / 1000}`;
  }

  /** Whether the request belongs to a session, and whether it is time for a new cookie. */
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
