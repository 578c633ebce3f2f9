import type { AccessEvent, AccessKey } from '../contract/access.js';
import type { View } from './view.js';

const KEYS = 500;
const EVENTS = 200;

/** Does not read the hashes of secrets. */
export const access: View<'access'> = async ({ db }) => {
  const [keys = [], log = []] = await db.read<object>([
    {
      sql: `SELECT id, kind, name, service, created_at AS createdAt, created_by AS createdBy, expires_at AS expiresAt,
          revoked_at AS revokedAt, used_at AS usedAt FROM access_keys ORDER BY created_at DESC, id LIMIT ${KEYS}`,
    },
    { sql: `SELECT at, kind, subject, place, says FROM access_log ORDER BY seq DESC LIMIT ${EVENTS}` },
  ]);
  return { keys: keys as AccessKey[], log: log as AccessEvent[] };
};
