import type { IncomingMessage } from 'node:http';
import type { KeyRing } from './keys.js';
import { LOOPBACK_NAMES } from './loopback.js';
import type { PageSessions } from './page-sessions.js';
import { Refused } from './refused.js';
import type { Access } from './route.js';
import { refuseOtherPages } from './strangers.js';

export interface GuardOptions {
  readonly port: number;
  /** Accepted host names of this server, in addition to the names of this machine. */
  readonly hosts: readonly string[];
  /** Whether other machines can connect. */
  readonly network: boolean;
  readonly keys: KeyRing;
  /** Undefined where there is no page. */
  readonly pages?: PageSessions | undefined;
}

/** Decides who may ask for what. Every request passes it, and what it does not know it refuses. */
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

  /** Throws where the request came by a name of its own, or from another page. */
  refuseStrangers(request: IncomingMessage): void {
    const host = (request.headers.host ?? '').toLowerCase();
    if (!this.#hosts.has(host)) {
      // A name that was made to point at this machine (DNS rebinding) comes with its own Host.
      throw new Refused(403, `Host ${host || '(none)'} is not this server.`);
    }
    const site = request.headers['sec-fetch-site'];
    refuseOtherPages(
      { origin: request.headers.origin, site: site === undefined ? undefined : String(site) },
      `http://${host}`,
    );
  }

  /** Throws where the request does not have what this access asks for. */
  requireAccess(request: IncomingMessage, url: URL, access: Access): void {
    const { keys, network, pages } = this.#options;
    if (access === 'open' || (access === 'count' && !network)) {
      return;
    }
    if (access === 'page' || access === 'sign-in') {
      const isOpening = access === 'sign-in' && opens(url);
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

/** Whether the address brings what lets in. */
export function opens({ searchParams }: URL): boolean {
  return searchParams.has('token') || searchParams.has('ticket');
}
