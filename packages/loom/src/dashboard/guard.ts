import type { IncomingMessage } from 'node:http';
import { sameSecret } from './token.js';

/** What answers a request that may not pass. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Only what the page's own code and a person's address bar send. */
const OWN_FETCHES = ['same-origin', 'none'];

export interface GuardOptions {
  readonly token: string;
  readonly port: number;
  /** Names under which this machine may be asked, besides its loopback ones. */
  readonly hosts: readonly string[];
}

/** Decides who may read. Each request is asked all of it, whatever its path. */
export class Guard {
  readonly #token: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #cookieName: string;

  constructor({ token, port, hosts }: GuardOptions) {
    this.#token = token;
    const names = ['127.0.0.1', 'localhost', '[::1]', ...hosts];
    this.#hosts = new Set(
      names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])),
    );
    // Cookies know no ports: two projects' dashboards would overwrite each other's.
    this.#cookieName = `loom_${port}`;
  }

  /** Why this request is not from our own page on this machine, or undefined. */
  stranger(request: IncomingMessage): Refusal | undefined {
    const host = (request.headers.host ?? '').toLowerCase();
    if (!this.#hosts.has(host)) {
      // A name that was made to point at this machine (DNS rebinding) comes with its own Host.
      return { status: 403, message: `Host ${host || '(none)'} is not this dashboard.` };
    }
    const site = request.headers['sec-fetch-site'];
    const origin = request.headers.origin;
    if (
      (site !== undefined && !OWN_FETCHES.includes(String(site))) ||
      (origin !== undefined && origin !== `http://${host}`)
    ) {
      return {
        status: 403,
        message: 'Another page asked for this. Type the address into the address bar yourself.',
      };
    }
    return undefined;
  }

  /** Whether the URL carries the token. */
  hasToken(query: URLSearchParams): boolean {
    return sameSecret(query.get('token') ?? '', this.#token);
  }

  hasCookie(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some(
      (cookie) =>
        cookie.startsWith(`${this.#cookieName}=`) &&
        sameSecret(cookie.slice(this.#cookieName.length + 1), this.#token),
    );
  }

  /** For Set-Cookie: out of reach of scripts, and never sent along from another site. */
  cookie(): string {
    return `${this.#cookieName}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
  }
}
