import type { Sql } from '../store/sql.js';

const STATE = 'forward';
const LEASE = 'forward_until';

/** Progress of forwarding. One row of `loom_meta`. */
export interface ForwardState {
  /** `seq` of the last observation that is done. */
  readonly after: number;
  /**
   * `seq` of the last observation in a request whose response was lost. These observations may have arrived.
   */
  readonly sending: number | null;
  /** Rowid of the last score that is done. */
  readonly scoresAfter: number;
  readonly sent: number;
  /** Rejected by Langfuse, so they are only in this database. */
  readonly failed: number;
  /** Unix ms. */
  readonly lastSentAt: number | null;
  /** Why nothing is sent now, or which part of the last request Langfuse rejected. */
  readonly problem: string | null;
  /**
   * Spans of the next request. Langfuse rejects a whole request for one bad span, so the size is halved until
   * the span is alone.
   */
  readonly most: number;
}

/** Spans of one request. */
export const MAX_SPANS = 200;

/** Records where forwarding begins, before the first write of data to forward. Later calls change nothing. */
export async function beginState(sql: Sql): Promise<void> {
  await sql.all(
    `INSERT INTO loom_meta(key, value) SELECT '${STATE}', json_object(
       'after', (SELECT COALESCE(MAX(seq), 0) FROM observations), 'sending', NULL,
       'scoresAfter', (SELECT COALESCE(MAX(rowid), 0) FROM scores),
       'sent', 0, 'failed', 0, 'lastSentAt', NULL, 'problem', NULL, 'most', ${MAX_SPANS})
     WHERE true ON CONFLICT(key) DO NOTHING`,
  );
}

export async function readState(sql: Sql): Promise<ForwardState | undefined> {
  const row = await sql.get<{ value: string }>('SELECT value FROM loom_meta WHERE key = ?', STATE);
  return row && (JSON.parse(row.value) as ForwardState);
}

/** Throws if this isolate's lease expired or another isolate has it. The other isolate's state stays. */
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

/** Takes the lease until `until` (Unix ms). Returns false if another isolate has it. */
export async function takeLease(sql: Sql, now: number, until: number): Promise<boolean> {
  const row = await sql.get(
    `INSERT INTO loom_meta(key, value) VALUES ('${LEASE}', ?1) ON CONFLICT(key)
       DO UPDATE SET value = excluded.value WHERE CAST(loom_meta.value AS INTEGER) < ?2 RETURNING value`,
    String(until),
    now,
  );
  return row !== undefined;
}

export async function releaseLease(sql: Sql, until: number): Promise<void> {
  await sql.all(`UPDATE loom_meta SET value = '0' WHERE key = '${LEASE}' AND value = ?`, String(until));
}
