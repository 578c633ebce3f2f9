import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';

/** Name and location of this database. A copy of it elsewhere is another machine. */
const NODE = 'change_node';
const OFFSET = 'clock_offset_ms';
const DIGITS = 16;

/** Undefined until this Loom is shared for the first time. */
export function nodeOf(db: Database): string | undefined {
  const [node, place] = readMeta(db, NODE)?.split(' ', 2) ?? [];
  return node && place === placeOf(db) ? node : undefined;
}

export function makeNode(db: Database): string {
  const node = Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
  writeMeta(db, NODE, `${node} ${placeOf(db)}`);
  return node;
}

function placeOf(db: Database): string {
  return encodeURIComponent(`${hostname()}:${db.path}`);
}

/** Last measured lead of this machine's clock over the remote database's, in ms. */
export function clockOffset(db: Database): number {
  return Number(readMeta(db, OFFSET) ?? 0);
}

export function setClockOffset(db: Database, ms: number): void {
  writeMeta(db, OFFSET, String(Math.round(ms)));
}

const NOW_MS = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/** SQLite's current time, in Unix ms. Stamps use it, so its error must be known. */
export function sqliteNow(db: Database): number {
  return db.get<{ now: number }>(`SELECT ${NOW_MS} AS now`)?.now ?? 0;
}

/**
 * SQL for the next stamp of a machine: its time minus the known error of its clock, and later than all stamps
 * so far. `beyond` is SQL for one more stamp that it must exceed.
 */
export function nextStamp(node: string, beyond = 'NULL'): string {
  const counter = (stamp: string) => `COALESCE(CAST(substr(${stamp}, 1, ${DIGITS}) AS INTEGER), 0)`;
  return `printf('%0${DIGITS}d-${node}', MAX(
    (${NOW_MS} - COALESCE((SELECT CAST(value AS INTEGER) FROM loom_meta WHERE key = '${OFFSET}'), 0)) * 1000,
    1 + ${counter('(SELECT MAX(stamp) FROM changes)')}, 1 + ${counter(`(${beyond})`)}))`;
}

export function stampOf(hlc: number, node: string): string {
  return `${String(Math.max(0, Math.round(hlc))).padStart(DIGITS, '0')}-${node}`;
}

/** Unix ms. */
export function timeOfStamp(stamp: string): number {
  return Math.floor(hlcOf(stamp) / 1000);
}

export function hlcOf(stamp: string): number {
  return Number(stamp.slice(0, DIGITS));
}

export function nodeOfStamp(stamp: string): string {
  return stamp.slice(DIGITS + 1);
}
