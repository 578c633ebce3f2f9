import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package.js';
import { agentProcess } from '../sessions/process.js';
import type { Database } from '../store/database.js';
import { findLoomDir } from '../store/folder.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { openLoom } from '../store/open.js';
import { applyEvent } from './events.js';
import type { HookEvent, ReceivedEvent } from './received.js';
import { spool } from './spool.js';

/** An agent waits for its hooks, so another writer is not waited for long: the spool is there. */
const BUSY_TIMEOUT_MS = 40;
/** Not more often than this is a transcript read in the background, in ms. */
const INGEST_EVERY_MS = 15_000;
const LAST_INGEST = 'background_ingest';

/** After these the transcript has something new, and a moment to read it. */
const INGEST_AFTER: ReadonlySet<string> = new Set(['Stop', 'SubagentStop', 'SessionEnd', 'PreToolUse']);

/** `lm hook`: takes one event from stdin. Whatever happens, it neither fails nor holds up the agent. */
export async function main(): Promise<void> {
  const event = readEvent();
  const loomDir = event && findLoomDir(event.cwd ?? process.cwd());
  if (!event || !loomDir || !existsSync(loomDir)) {
    return;
  }
  const received: ReceivedEvent = {
    at: Date.now(),
    process: agentProcess() ?? null,
    issue: process.env.LOOM_ISSUE ?? null,
    event,
  };
  try {
    const db = openLoom(loomDir, { busyTimeoutMs: BUSY_TIMEOUT_MS, durability: 'fast' });
    try {
      const answer = applyEvent(db, received);
      if (answer) {
        process.stdout.write(`${JSON.stringify(answer)}\n`);
      }
      if (INGEST_AFTER.has(event.hook_event_name) && process.env.LOOM_BACKGROUND !== 'off') {
        ingestInBackground(db, event.hook_event_name !== 'PreToolUse', received.at);
      }
    } finally {
      db.close();
    }
  } catch {
    spool(loomDir, received);
  }
}

function readEvent(): HookEvent | undefined {
  if (process.stdin.isTTY) {
    return undefined;
  }
  const event = JSON.parse(readFileSync(0, 'utf8')) as Partial<HookEvent> | null;
  return typeof event?.session_id === 'string' && typeof event.hook_event_name === 'string'
    ? (event as HookEvent)
    : undefined;
}

/** Budgets need to know what has been spent; reading the transcript here would hold up the agent. */
function ingestInBackground(db: Database, always: boolean, now: number): void {
  const last = Number(readMeta(db, LAST_INGEST) ?? 0);
  if (!always && now - last < INGEST_EVERY_MS && now >= last) {
    return;
  }
  writeMeta(db, LAST_INGEST, String(now));
  spawn(process.execPath, [join(packageRoot, 'bin/lm.js'), 'ingest', '--json'], {
    detached: true,
    stdio: 'ignore',
    cwd: join(db.path, '..', '..'),
  }).unref();
}
