import { readBasic, unauthorized } from '../../http/basic.js';
import { Budget } from '../../http/budget.js';
import { SECURITY_HEADERS } from '../../http/headers.js';
import { Refused } from '../../http/refused.js';
import { refuseOtherPages } from '../../http/strangers.js';
import type { Sql } from '../../store/sql.js';
import { accessStatement } from './audit.js';
import { readBody } from './body.js';
import { type Caller, readLogin } from './caller.js';
import { type AccessSettings, CloudflareAccess } from './cloudflare-access.js';
import { KeyTable } from './keys.js';
import { RateLimit, type RateLimitBinding } from './rate-limit.js';
import { Sessions } from './sessions.js';
import { signInPage, signOutPage } from './sign-in-page.js';

/**
 * Requirements of a route.
 * - `open`: nothing. The response contains no secret.
 * - `write`: an ingest key, or a Worker of the same account through the binding.
 * - `read`: a read key, or an open page.
 * - `page`: a session, Cloudflare Access, or a read key (which can't change anything).
 */
export type Need = 'open' | 'write' | 'read' | 'page';

export interface GateOptions {
  readonly sql: Sql;
  readonly now: () => number;
  /** Cloudflare Access, if it protects the page. */
  readonly access?: AccessSettings | undefined;
  /** Counts the requests of each key. Without it, each isolate counts separately. */
  readonly rateLimit?: RateLimitBinding | undefined;
  /** Keeps the Worker alive until this is done. */
  readonly later: (work: Promise<unknown>) => void;
}

/** Requests of one key in 10 seconds, if isolates count. One Worker's isolates send far fewer. */
const KEY_REQUESTS = 5000;
/** Wrong keys and tokens of one address in 10 seconds. Further ones are rejected without a database query. */
const FAILURES = 30;
const SIGN_IN_BYTES = 1000;
const SIGN_IN_FIRST = 'Sign in to see this page.';

/** Decides who may use which route. Unknown routes are rejected. */
export class Gate {
  readonly #options: GateOptions;
  readonly #keys: KeyTable;
  readonly #sessions: Sessions;
  readonly #access: CloudflareAccess | undefined;
  readonly #perKey: RateLimit;
  readonly #failures: RateLimit;
  readonly #forms = new Budget(100 * SIGN_IN_BYTES);

  constructor(options: GateOptions) {
    const { sql, now, access, rateLimit } = options;
    this.#options = options;
    this.#keys = new KeyTable(sql, now);
    this.#sessions = new Sessions(sql, now);
    this.#access = access && new CloudflareAccess(access);
    this.#perKey = new RateLimit(KEY_REQUESTS, now, rateLimit);
    this.#failures = new RateLimit(FAILURES, now);
  }

  /**
   * Authenticates the caller. Throws `Refused` if that fails, or if the caller lacks the permission.
   * @param bound the Worker that calls through a service binding
   */
  async admit(request: Request, need: Need, bound?: Caller): Promise<Caller | undefined> {
    this.refuseStrangers(request);
    if (need === 'open') {
      return undefined;
    }
    if (need === 'write') {
      return bound ?? (await this.#key(request, ['ingest'], 'ingest'));
    }
    const reader = await this.#reader(request);
    if (reader.by === 'read' && request.method !== 'GET') {
      throw new Refused(403, "A read key can't change anything.");
    }
    return reader;
  }

  /**
   * Throws if the request comes from another site's page. Links to the page itself are allowed from anywhere.
   */
  refuseStrangers(request: Request): void {
    const { origin, pathname } = new URL(request.url);
    const { headers, method } = request;
    const isFollowed =
      method === 'GET' &&
      pathname === '/' &&
      headers.get('sec-fetch-mode') === 'navigate' &&
      headers.get('sec-fetch-dest') === 'document';
    const site = isFollowed ? undefined : headers.get('sec-fetch-site');
    refuseOtherPages({ origin: headers.get('origin'), site }, origin);
  }

  /** Handles the gate's own routes: sign-in and sign-out. Undefined for other routes. */
  async answer(request: Request): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    const isOut = pathname === '/sign-out';
    if (!isOut && pathname !== '/sign-in') {
      return undefined;
    }
    this.refuseStrangers(request);
    if (request.method === 'GET') {
      return isOut ? signOutPage() : signInPage(200, SIGN_IN_FIRST);
    }
    if (request.method !== 'POST') {
      throw new Refused(405, `${request.method} is not supported here.`, { allow: 'GET, POST' });
    }
    requireOwnPage(request);
    return isOut ? moved(await this.#sessions.end(request, placeOf(request))) : this.#signIn(request);
  }

  /** For a rejected page request: the form for a person, and undefined for other clients. */
  signInFor(request: Request, refusal: Refused): Response | undefined {
    const isPage = request.method === 'GET' && new URL(request.url).pathname === '/';
    return isPage && refusal.status === 401
      ? signInPage(401, request.headers.has('cf-access-jwt-assertion') ? refusal.message : SIGN_IN_FIRST)
      : undefined;
  }

  async #reader(request: Request): Promise<Caller> {
    if (request.headers.has('authorization')) {
      return this.#key(request, ['read'], 'read');
    }
    const session = await this.#sessions.find(request);
    if (session) {
      const { keyId: id, renewed } = session;
      return { by: 'session', id, service: null, ...(renewed === undefined ? {} : { renewed }) };
    }
    const id = await this.#access?.find(request);
    if (id !== undefined) {
      return { by: 'access', id, service: null };
    }
    throw new Refused(401, SIGN_IN_FIRST);
  }

  async #key(
    request: Request,
    kinds: readonly ('ingest' | 'read')[],
    by: 'ingest' | 'read',
  ): Promise<Caller> {
    const sent = readBasic(request.headers.get('authorization'));
    if (!sent) {
      throw unauthorized('Basic authorization with a public and a secret key is required.');
    }
    const row = await this.#orCounted(request, () => this.#keys.require(sent, kinds));
    await this.#perKey.take(row.id);
    const use = this.#keys.noteUse(row);
    if (use) {
      this.#options.later(use.catch(() => undefined));
    }
    return { by, id: row.id, service: row.service };
  }

  async #signIn(request: Request): Promise<Response> {
    const place = placeOf(request);
    const sent = readLogin(await tokenOf(request, this.#forms));
    try {
      const key = await this.#orCounted(request, () => {
        if (!sent) {
          throw unauthorized('This is not a login token.');
        }
        return this.#keys.require(sent, ['login']);
      });
      return moved(await this.#sessions.begin(key, place));
    } catch (error) {
      if (!(error instanceof Refused) || (error.status !== 401 && error.status !== 403)) {
        throw error;
      }
      const entry = {
        at: this.#options.now(),
        kind: 'sign-in refused',
        subject: sent?.publicKey.slice(0, 60) ?? 'no token',
        place,
        says: error.message,
      } as const;
      this.#options.later(this.#options.sql.batch([accessStatement(entry)]).catch(() => undefined));
      return signInPage(401, 'This token is unknown on this server, or was revoked.');
    }
  }

  /** A wrong secret counts against the client's address. */
  async #orCounted<T>(request: Request, check: () => Promise<T>): Promise<T> {
    const place = placeOf(request) ?? 'unknown';
    this.#failures.refuseFull(place);
    try {
      return await check();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        await this.#failures.take(place);
      }
      throw error;
    }
  }
}

/** Adds the headers of every response, and renews an active session. */
export function secured(response: Response, caller?: Caller): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!headers.has(name)) {
      headers.set(name, value);
    }
  }
  if (caller?.renewed !== undefined) {
    headers.append('set-cookie', caller.renewed);
  }
  return new Response(response.body, { status: response.status, headers });
}

/**
 * A form of another page has that page's origin. A request without an origin does not come from a browser.
 */
function requireOwnPage(request: Request): void {
  if (request.headers.get('origin') !== new URL(request.url).origin) {
    throw new Refused(403, 'Use the form on this page.');
  }
}

async function tokenOf(request: Request, budget: Budget): Promise<string> {
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers.get('content-type') ?? '')) {
    throw new Refused(415, 'Use the form on this page.');
  }
  const reservation = budget.open();
  try {
    const bytes = await readBody(request, { maxBytes: SIGN_IN_BYTES, budget, reservation });
    return new URLSearchParams(new TextDecoder().decode(bytes)).get('token') ?? '';
  } finally {
    reservation.release();
  }
}

function moved(cookie: string): Response {
  return new Response(null, {
    status: 303,
    headers: { ...SECURITY_HEADERS, location: '/', 'set-cookie': cookie },
  });
}

/** Cloudflare sets this header, so the client can't forge it. */
function placeOf(request: Request): string | null {
  return request.headers.get('cf-connecting-ip');
}
