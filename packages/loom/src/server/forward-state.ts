import type { Sql } from '../store/sql.js';

const STATE = 'forward';
const LEASE = 'forward_until';

/** How far forwarding has come. One row of `loom_meta`. */
export interface ForwardState {
  /** Observations up to this one are done. */
  readonly after: number;
  /** Observations up to this one were in a request whose answer nobody has read. They may have arrived. */
  readonly sending: number | null;
  /** Scores up to this rowid are done. */
  readonly scoresAfter: number;
  readonly sent: number;
  /** Refused by Langfuse, so they stay here only. */
  readonly failed: number;
  /** Unix ms. */
  readonly lastSentAt: number | null;
  /** Why nothing is sent at the moment, or what Langfuse did not take of the last request. */
  readonly problem: string | null;
  /** Spans of the next request. One bad span refuses all, so they are halved until it is alone. */
  readonly most: number;
}

/** Spans of one request. */
export const MOST_SPANS = 200;

/** Notes where forwarding begins, before anything that is to be forwarded is written. A second time it changes nothing. */
export async function beginState(sql: Sql): Promise<void> {
  await sql.all(
    `INSERT INTO loom_meta(key, value) SELECT '${STATE}', json_object(
       'after', (SELECT COALESCE(MAX(seq), 0) FROM observations), 'sending', NULL,
       'scoresAfter', (SELECT COALESCE(MAX(rowid), 0) FROM scores),
       'sent', 0, 'failed', 0, 'lastSentAt', NULL, 'problem', NULL, 'most', ${MOST_SPANS})
     WHERE true ON CONFLICT(key) DO NOTHING`,
  );
}

export async function readState(sql: Sql): Promise<ForwardState | undefined> {
  const row = await sql.get<{ value: string }>('SELECT value FROM loom_meta WHERE key = ?', STATE);
  return row && (JSON.parse(row.value) as ForwardState);
}

/** Throws where the lease until then is over or another isolate's: what that one notes stays. */
export async function writeState(sql: Sql, state: ForwardState, lease: number): Promise<ForwardState> {
  const row = await sql.get(
    `UPDATE loom_meta SET value = ?1 WHERE key = '${STATE}'
       AND EXISTS (SELECT 1 FROM loom_meta WHERE key = '${LEASE}' AND value = ?2) RETURNING key`,
    JSON.stringify(state),
    String(lease),
  );
  if (!row) {
    throw new LeaseLost();
  }
  return state;
}

/** Another isolate forwards now. */
export class LeaseLost extends Error {}

/** Whether this isolate may forward until then, Unix ms: one at a time does. */
export async function takeLease(sql: Sql, now: number, until: number): Promise<boolean> {
  const row = await sql.get(
    `INSERT INTO loom_meta(key, value) VALUES ('${LEASE}', ?1) ON CONFLICT(key)
       DO UPDATE SET value = excluded.value WHERE CAST(loom_meta.value AS INTEGER) < ?2 RETURNING value`,
    String(until),
    now,
  );
  return row !== undefined;
}

export async function giveLease(sql: Sql, until: number): Promise<void> {
  await sql.all(`UPDATE loom_meta SET value = '0' WHERE key = '${LEASE}' AND value = ?`, String(until));
}
