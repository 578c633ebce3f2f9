import type { Sql } from '../../store/sql.js';
import { accessStatement } from './audit.js';
import type { KeyRow } from './caller.js';
import { hashOf, newSecret } from './secrets.js';

/** A session ends after this time without requests, in ms. */
const IDLE_MS = 8 * 3_600_000;
/** Maximum duration of a session, in ms. Then the browser needs the login token again. */
const MAX_MS = 7 * 24 * 3_600_000;
/** The prefix binds a cookie to this host, to HTTPS and to the path `/` (RFC 6265bis, 4.1.3.2). */
const COOKIE = '__Host-loom';

interface SessionRow extends Record<string, unknown> {
  readonly token_hash: string;
  readonly key_id: string;
  readonly created_at: number;
  readonly expires_at: number;
}

export interface FoundSession {
  readonly keyId: string;
  /** A Set-Cookie header, if the session was extended. */
  readonly renewed?: string;
}

/** Browsers that signed in. The cookie has a secret, and the database has its hash. */
export class Sessions {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /** Starts a session. Returns the Set-Cookie header. */
  async begin(key: KeyRow, place: string | null): Promise<string> {
    const secret = newSecret();
    const at = this.#now();
    await this.#sql.batch([
      {
        sql: 'INSERT INTO page_sessions(token_hash, key_id, created_at, expires_at) VALUES (?, ?, ?, ?)',
        params: [await hashOf(secret), key.id, at, at + IDLE_MS],
      },
      accessStatement({
        at,
        kind: 'signed in',
        subject: key.id,
        place,
        says: `${key.name} opened the page.`,
      }),
    ]);
    return cookieOf(secret, IDLE_MS);
  }

  /** The session of a request, if it has not ended and its key is not revoked. */
  async find(request: Request): Promise<FoundSession | undefined> {
    for (const secret of secretsIn(request)) {
      const row = await this.#sql.get<SessionRow>(
        `SELECT s.token_hash, s.key_id, s.created_at, s.expires_at FROM page_sessions s
          JOIN access_keys k ON k.id = s.key_id
          WHERE s.token_hash = ?1 AND s.ended_at IS NULL AND s.expires_at > ?2 AND k.kind = 'login'
            AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)`,
        await hashOf(secret),
        this.#now(),
      );
      if (row) {
        const renewed = await this.#renew(row, secret);
        return { keyId: row.key_id, ...(renewed === undefined ? {} : { renewed }) };
      }
    }
    return undefined;
  }

  /** Ends the request's session: every copy of its cookie is rejected from now on. */
  async end(request: Request, place: string | null): Promise<string> {
    const at = this.#now();
    for (const secret of secretsIn(request)) {
      const hash = await hashOf(secret);
      const row = await this.#sql.get<SessionRow>(
        'SELECT key_id FROM page_sessions WHERE token_hash = ? AND ended_at IS NULL',
        hash,
      );
      if (row) {
        await this.#sql.batch([
          { sql: 'UPDATE page_sessions SET ended_at = ? WHERE token_hash = ?', params: [at, hash] },
          accessStatement({
            at,
            kind: 'signed out',
            subject: row.key_id,
            place,
            says: 'The session was ended.',
          }),
        ]);
      }
    }
    return cookieOf('', 0);
  }

  async #renew(row: SessionRow, secret: string): Promise<string | undefined> {
    const now = this.#now();
    const until = Math.min(now + IDLE_MS, row.created_at + MAX_MS);
    if (row.expires_at - now > IDLE_MS / 2 || until <= row.expires_at) {
      return undefined;
    }
    await this.#sql.all(
      'UPDATE page_sessions SET expires_at = ? WHERE token_hash = ? AND ended_at IS NULL',
      until,
      row.token_hash,
    );
    return cookieOf(secret, until - now);
  }
}

/**
 * Scripts can't read it. `Lax` lets a link from another site open the page; the gate rejects all other
 * requests from there.
 */
function cookieOf(secret: string, ms: number): string {
  return `${COOKIE}=${secret}; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=${Math.floor(ms / 1000)}`;
}

function secretsIn(request: Request): string[] {
  return (request.headers.get('cookie') ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${COOKIE}=`))
    .map((cookie) => cookie.slice(COOKIE.length + 1))
    .filter((secret) => /^[0-9a-f]{64}$/.test(secret))
    .slice(0, 3);
}
