import { hostname, userInfo } from 'node:os';
import { nodeOf } from '../changes/clock.js';
import type { Database } from '../store/database.js';

/** Where a worker runs: distinguishes two with the same name. */
export interface Place {
  readonly user: string;
  readonly host: string;
  /** Name of this database among others; null until it is shared. */
  readonly node: string | null;
}

export function herePlace(db: Database): Place {
  return { user: userName(), host: hostname(), node: nodeOf(db) ?? null };
}

/** Whether an issue's holder works in the same place. A holder without a recorded place counts as here. */
export function isHere(db: Database, holder: string | null): boolean {
  if (holder === null) {
    return true;
  }
  const { host, node } = JSON.parse(holder) as Place;
  const here = herePlace(db);
  return host === here.host && (node === null || here.node === null || node === here.node);
}

export function placeText(holder: string | null): string {
  if (holder === null) {
    return '';
  }
  const { user, host } = JSON.parse(holder) as Place;
  return `${user}@${host}`;
}

export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
