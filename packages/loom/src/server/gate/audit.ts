import type { Statement } from './rows.js';

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

/** Adds a line to the list of keys and sign-ins. */
export function noted({ at, kind, subject, place, says }: AccessEntry): Statement {
  return {
    sql: 'INSERT INTO access_log(at, kind, subject, place, says) VALUES (?, ?, ?, ?, ?)',
    params: [at, kind, subject, place, says],
  };
}

/** Removes what is older than this, and sessions that are over. For the cron trigger. */
export function forgetAccess(before: number): Statement[] {
  return [
    { sql: 'DELETE FROM access_log WHERE at < ?', params: [before] },
    { sql: 'DELETE FROM page_sessions WHERE expires_at < ?', params: [before] },
  ];
}
