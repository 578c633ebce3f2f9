import type { Statement } from '../../store/sql.js';

export type AccessEvent =
  | 'key added'
  | 'key revoked'
  | 'signed in'
  | 'signed out'
  | 'sign-in refused'
  | 'sessions ended';

export interface AccessEntry {
  /** Unix ms. */
  readonly at: number;
  readonly kind: AccessEvent;
  readonly subject: string;
  readonly place: string | null;
  readonly says: string;
}

/** Adds an entry to the log of keys and sign-ins. */
export function accessStatement({ at, kind, subject, place, says }: AccessEntry): Statement {
  return {
    sql: 'INSERT INTO access_log(at, kind, subject, place, says) VALUES (?, ?, ?, ?, ?)',
    params: [at, kind, subject, place, says],
  };
}

/** The log is kept this much longer than traces, in ms. */
const LOG_MS = 365 * 24 * 3_600_000;

/** Removes sessions that had ended by then, and log entries that are a year older. For the cron trigger. */
export function deleteOldAccess(before: number): Statement[] {
  return [
    { sql: 'DELETE FROM access_log WHERE at < ?', params: [before - LOG_MS] },
    { sql: 'DELETE FROM page_sessions WHERE expires_at < ?', params: [before] },
  ];
}
