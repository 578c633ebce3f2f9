import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../sessions/process.js';
import type { Database } from '../store/database.js';
import { applyEvent } from './events.js';
import type { ReceivedEvent } from './received.js';

/** sqlite.org/rescode.html: the row breaks a rule of the schema. */
const SQLITE_CONSTRAINT = 19;

/**
 * Stores an event that the database did not accept. Each process has its own file, so that no two write to
 * the same.
 */
export function spool(loomDir: string, received: ReceivedEvent): void {
  const dir = join(loomDir, 'spool');
  mkdirSync(dir, { recursive: true });
  appendFileSync(join(dir, `${process.pid}.jsonl`), `${JSON.stringify(received)}\n`);
}

/**
 * Imports spooled events, and returns their number. If it is killed, the events are imported again, which
 * changes nothing.
 */
export function drainSpool(db: Database, loomDir: string): number {
  const dir = join(loomDir, 'spool');
  const claimed = namesIn(dir).flatMap((name) => claim(dir, name) ?? []);
  if (claimed.length === 0) {
    return 0;
  }
  // Each process has its own file, and file names do not show the order of events.
  const events = claimed
    .flatMap((path) => readFileSync(path, 'utf8').split('\n').flatMap(parse))
    .sort((a, b) => a.at - b.at);
  db.transaction(() => {
    for (const event of events) {
      takeOne(db, event);
    }
  });
  for (const path of claimed) {
    rmSync(path, { force: true });
  }
  return events.length;
}

/** An unreadable path, such as another user's folder, must not block every command. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** An invalid event must not block later ones; a failing database must. */
function takeOne(db: Database, event: ReceivedEvent): void {
  try {
    applyEvent(db, event);
  } catch (error) {
    if (
      error instanceof Error &&
      'errcode' in error &&
      (Number(error.errcode) & 0xff) !== SQLITE_CONSTRAINT
    ) {
      throw error;
    }
  }
}

/** Renaming is atomic: if two processes import at the same time, one gets each file. */
function claim(dir: string, name: string): string | undefined {
  const [, original, owner] = /^(\d+\.jsonl)(?:\.(\d+)\.draining)?$/.exec(name) ?? [];
  if (!original || (owner && Number(owner) !== process.pid && isAlive(Number(owner), null))) {
    return undefined;
  }
  const mine = join(dir, `${original}.${process.pid}.draining`);
  try {
    renameSync(join(dir, name), mine);
    return mine;
  } catch {
    return undefined;
  }
}

/** A line that was cut by a full disk or a kill is lost, but no others. */
function parse(line: string): ReceivedEvent[] {
  try {
    const received = JSON.parse(line) as ReceivedEvent;
    return typeof received?.event?.session_id === 'string' ? [received] : [];
  } catch {
    return [];
  }
}
