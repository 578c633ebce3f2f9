import { minute } from '../cost/days.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';

const KEY = 'sync_wait';
/** No server requests a longer wait. Later times were stored before the clock was set back. */
const LONGEST_MS = 86_400_000;

interface Wait {
  readonly baseUrl: string;
  /** Unix ms. */
  readonly until: number;
}

/** Stores the time until which a server accepts no requests, so that later runs wait too. */
export function saveWait(db: Database, baseUrl: string, until: number): void {
  writeMeta(
    db,
    KEY,
    JSON.stringify({ baseUrl, until: Math.min(until, Date.now() + LONGEST_MS) } satisfies Wait),
  );
}

/** Why nothing may be sent to a server now, if it has asked to wait. */
export function waitOf(db: Database, baseUrl: string, now: number): string | undefined {
  const text = readMeta(db, KEY);
  const wait = text === undefined ? undefined : (JSON.parse(text) as Wait);
  return wait?.baseUrl === baseUrl && wait.until > now && wait.until - now <= LONGEST_MS
    ? `${baseUrl} accepts no more data until ${minute(wait.until)} (rate limit)`
    : undefined;
}
