import type { IncomingMessage } from 'node:http';
import type { KeyRing } from './keys.js';
import { LOOPBACK_NAMES } from './loopback.js';
import type { PageSessions } from './page-sessions.js';
import { Refused } from './refused.js';
import type { Access } from './route.js';
import { refuseOtherPages } from './strangers.js';

export interface GuardOptions {
  readonly port: number;
  /** Further host names of this server; the names of this machine are always accepted. */
  readonly hosts: readonly string[];
  /** Whether other machines can connect. */
  readonly network: boolean;
  readonly keys: KeyRing;
  /** Undefined if the server has no page. */
  readonly pages?: PageSessions | undefined;
}

/** Decides who may use which route. Every request passes it. Unknown routes are rejected. */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    const { port, hosts, pages } = options;
    const names = [...LOOPBACK_NAMES, ...hosts, ...(pages ? [pages.name] : [])];
    this.#hosts = new Set(
      names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])),
    );
    this.#options = options;
  }

  /** Throws if the request has another host name, or comes from another site's page. */
  refuseStrangers(request: IncomingMessage): void {
    const host = (request.headers.host ?? '').toLowerCase();
    if (!this.#hosts.has(host)) {
      // A foreign name that points at this machine (DNS rebinding) is in the Host header.
      throw new Refused(403, `Host ${host || '(none)'} is not this server.`);
    }
    const site = request.headers['sec-fetch-site'];
    refuseOtherPages(
      { origin: request.headers.origin, site: site === undefined ? undefined : String(site) },
      `http://${host}`,
    );
  }

  /** Throws if the request lacks the credentials for this access. */
  requireAccess(request: IncomingMessage, url: URL, access: Access): void {
    const { keys, network, pages } = this.#options;
    if (access === 'open' || (access === 'count' && !network)) {
      return;
    }
    if (access === 'page' || access === 'sign-in') {
      const isOpening = access === 'sign-in' && hasCredential(url);
      if (!(isOpening ? pages?.mayOpen(url.searchParams) : pages?.find(request))) {
        throw new Refused(401, 'Open the address that `lm dashboard` printed. It signs you in.');
      }
    } else if (access === 'write' && !network) {
      keys.requireAny(request);
    } else {
      keys.requireOwn(request);
    }
  }
}

/** Whether the address contains a token or ticket. */
export function hasCredential({ searchParams }: URL): boolean {
  return searchParams.has('token') || searchParams.has('ticket');
}
