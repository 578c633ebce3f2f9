import type { Keys } from '../../http/basic.js';

/** An authenticated caller. */
export interface Caller {
  /**
   * - `ingest`: a key that may write.
   * - `binding`: a Worker of the same account, through a service binding. No key is sent.
   * - `read`: a key that may read.
   * - `session`: a browser that signed in with a login token.
   * - `access`: a person or a service that Cloudflare Access authenticated.
   */
  readonly by: 'ingest' | 'binding' | 'read' | 'session' | 'access';
  /** Id of the key, name of the Worker, or the identity in Cloudflare Access. */
  readonly id: string;
  /** The only MCP server that this caller may write for. */
  readonly service: string | null;
  /** Cookie to set again, so that an active session does not end. */
  readonly renewed?: string;
}

/** A row of access_keys. */
export interface KeyRow {
  readonly id: string;
  readonly kind: 'ingest' | 'read' | 'login';
  readonly name: string;
  readonly secret_hash: string;
  readonly service: string | null;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly used_at: number | null;
}

/** Whether the key is valid at this time (Unix ms). */
export function isValid(key: Pick<KeyRow, 'expires_at' | 'revoked_at'>, at: number): boolean {
  return key.revoked_at === null && (key.expires_at === null || key.expires_at > at);
}

/** The key pair in a login token (`login-….<secret>`). */
export function readLogin(token: string): Keys | undefined {
  const [publicKey = '', secretKey = '', ...rest] = token.trim().split('.');
  return /^login-[0-9a-f]+$/.test(publicKey) && /^[0-9a-f]{64}$/.test(secretKey) && rest.length === 0
    ? { publicKey, secretKey }
    : undefined;
}
