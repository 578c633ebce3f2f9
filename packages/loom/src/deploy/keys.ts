import { randomBytes } from 'node:crypto';
import { EXIT, LoomError } from '../errors.js';
import { hashOf, newSecret } from '../server/gate/secrets.js';
import type { TeamDatabase } from './team-database.js';

export const KEY_KINDS = ['ingest', 'read', 'login'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly service: string | null;
  /** Unix ms. */
  readonly expiresAt: number | null;
  readonly by: string;
}

/** A new key. Its secret is shown once and stored nowhere. */
export interface CreatedKey {
  readonly id: string;
  readonly secret: string;
}

export interface ListedKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly service: string | null;
  readonly created_at: number;
  readonly created_by: string | null;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly used_at: number | null;
}

export async function addKey(db: TeamDatabase, key: NewKey, now: number): Promise<CreatedKey> {
  const random = randomBytes(8).toString('hex');
  const id = key.kind === 'login' ? `login-${random}` : `pk-lf-team-${random}`;
  const secret = newSecret();
  const whole = key.kind === 'login' ? secret : `sk-lf-team-${secret}`;
  await db.run([
    [
      `INSERT INTO access_keys(id, kind, name, secret_hash, service, created_at, created_by, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      id,
      key.kind,
      key.name,
      await hashOf(whole),
      key.service,
      now,
      key.by,
      key.expiresAt,
    ],
    [
      "INSERT INTO access_log(at, kind, subject, says) VALUES (?, 'key added', ?, ?)",
      now,
      id,
      `${key.by} added it for ${key.name}.`,
    ],
  ]);
  return { id, secret: key.kind === 'login' ? `${id}.${secret}` : whole };
}

const COLUMNS = 'id, kind, name, service, created_at, created_by, expires_at, revoked_at, used_at';

export async function listKeys(db: TeamDatabase): Promise<ListedKey[]> {
  const rows = await db.query(`SELECT ${COLUMNS} FROM access_keys ORDER BY created_at, id`);
  return rows as unknown as ListedKey[];
}

/** The next request with this key is rejected, and so are pages that the key opened. */
export async function revokeKey(db: TeamDatabase, id: string, by: string, now: number): Promise<ListedKey> {
  const [row] = await db.run([
    [
      `INSERT INTO access_log(at, kind, subject, says)
        SELECT ?, 'key revoked', id, ? FROM access_keys WHERE id = ? AND revoked_at IS NULL`,
      now,
      `${by} revoked it.`,
      id,
    ],
    ['UPDATE access_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', now, id],
    [`SELECT ${COLUMNS} FROM access_keys WHERE id = ?`, id],
  ]);
  if (!row) {
    throw new LoomError(`There is no key "${id}".`, '`lm keys list` shows all of them.', EXIT.notFound);
  }
  return row as unknown as ListedKey;
}

export interface LogLine {
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
  readonly place: string | null;
  readonly says: string;
}

export async function accessLog(db: TeamDatabase, limit: number): Promise<LogLine[]> {
  const rows = await db.query(
    'SELECT at, kind, subject, place, says FROM access_log ORDER BY seq DESC LIMIT ?',
    limit,
  );
  return (rows as unknown as LogLine[]).toReversed();
}
