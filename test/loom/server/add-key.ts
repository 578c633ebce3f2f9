import { hashOf, newSecret } from '../../../packages/loom/src/server/gate/secrets.js';
import type { Param } from '../../../packages/loom/src/store/database.js';

interface Key {
  readonly id: string;
  readonly kind: 'ingest' | 'read' | 'login';
  /** The only MCP server that it may write for. */
  readonly service?: string | null;
  /** Unix ms. */
  readonly createdAt?: number;
  /** Random if not given. */
  readonly secret?: string;
}

/** Adds a key to a team's database, as `lm keys add` does. Returns its secret. */
export async function addKey(
  run: (sql: string, ...params: Param[]) => Promise<unknown>,
  { id, kind, service = null, createdAt = 0, secret = newSecret() }: Key,
): Promise<string> {
  await run(
    'INSERT INTO access_keys(id, kind, name, secret_hash, service, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    kind,
    `name of ${id}`,
    await hashOf(secret),
    service,
    createdAt,
  );
  return secret;
}
