import { type Keys, unauthorized } from '../../http/basic.js';
import { Refused } from '../../http/refused.js';
import type { Sql } from '../../store/sql.js';
import { isValid, type KeyRow } from './caller.js';
import { hasHash } from './secrets.js';

/** How long a valid key is accepted while the database does not respond, in ms. */
const REMEMBERED_MS = 5 * 60_000;
const MAX_REMEMBERED = 1000;
/** Minimum interval between writes of a key's last use, in ms. */
const USED_EVERY_MS = 3_600_000;
/** Compared if the key does not exist, so that an unknown key takes as long as a wrong secret. */
const NO_HASH = '0'.repeat(64);

/** The project's keys. Each request reads the database, so a revoked key is rejected immediately. */
export class KeyTable {
  readonly #sql: Sql;
  readonly #now: () => number;
  readonly #remembered = new Map<string, { readonly row: KeyRow; readonly secret: string; until: number }>();

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /** The key of this pair. Throws 401 if it is unknown, wrong, revoked or expired. */
  async require(sent: Keys, kinds: readonly KeyRow['kind'][]): Promise<KeyRow> {
    const row = await this.#find(sent);
    const isRight = await hasHash(sent.secretKey, row?.secret_hash ?? NO_HASH);
    if (!row || !isRight || !isValid(row, this.#now())) {
      this.#remembered.delete(sent.publicKey);
      throw unauthorized('This key is unknown on this server, or was revoked.');
    }
    if (!kinds.includes(row.kind)) {
      throw new Refused(403, `A key of the kind ${row.kind} is not accepted here.`);
    }
    this.#remember(row, sent.secretKey);
    return row;
  }

  /** Records that a key is in use. Undefined if that was recorded less than an hour ago. */
  noteUse({ id, used_at }: KeyRow): Promise<unknown> | undefined {
    const now = this.#now();
    if (used_at !== null && now - used_at < USED_EVERY_MS) {
      return undefined;
    }
    return this.#sql.all(
      'UPDATE access_keys SET used_at = ?1 WHERE id = ?2 AND (used_at IS NULL OR used_at < ?1)',
      now - (now % USED_EVERY_MS),
      id,
    );
  }

  async #find({ publicKey, secretKey }: Keys): Promise<KeyRow | undefined> {
    try {
      return await this.#sql.get<KeyRow & Record<string, unknown>>(
        'SELECT id, kind, name, secret_hash, service, expires_at, revoked_at, used_at FROM access_keys WHERE id = ?',
        publicKey,
      );
    } catch (error) {
      // While the database is overloaded, a known key can still write to the Queue.
      const known = this.#remembered.get(publicKey);
      if (known && known.until > this.#now() && known.secret === secretKey) {
        return known.row;
      }
      throw error;
    }
  }

  #remember(row: KeyRow, secret: string): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= MAX_REMEMBERED && oldest !== undefined) {
      this.#remembered.delete(oldest);
    }
    this.#remembered.delete(row.id);
    this.#remembered.set(row.id, { row, secret, until: this.#now() + REMEMBERED_MS });
  }
}
