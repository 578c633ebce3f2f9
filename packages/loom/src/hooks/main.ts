import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tail } from '../ingest/tail.js';
import { packageRoot } from '../package.js';
import { agentProcess } from '../sessions/process.js';
import { findBySource } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import { findLoomDir } from '../store/folder.js';
import { openLoom } from '../store/open.js';
import { applyEvent, GATES } from './events.js';
import { GATE, keepGate } from './gate.js';
import type { HookEvent, ReceivedEvent } from './received.js';
import { spool } from './spool.js';
import { noteToolStart } from './tool-time.js';

/**
 * An agent waits for its hooks, so the wait for another writer is short; the event is spooled then. In ms.
 */
const BUSY_TIMEOUT_MS = 40;
/** Where a budget is set, its gate is worth this wait, in ms: without the database nothing would stop the agent. */
const GATE_TIMEOUT_MS = 1000;
/** Background recording may wait longer, in ms. */
const PATIENT_TIMEOUT_MS = 2000;
/** After these events, the transcript has new rows. */
const INGEST_AFTER: ReadonlySet<string> = new Set(['Stop', 'SubagentStop', 'SessionEnd']);
/** The agent may write its last rows within this time after the hook started, in ms. */
const LAST_ROWS_MS = 400;

/** `lm hook`: reads one event from stdin. Never fails and never delays the agent. */
export async function main(): Promise<void> {
  const event = readEvent();
  const loomDir = event && findLoomDir(event.cwd ?? process.cwd());
  if (!event || !loomDir || !existsSync(loomDir)) {
    return;
  }
  // The shell that started us has exited; its parent was passed on.
  const parent = Number(process.env.LOOM_HOOK_PARENT ?? Number.NaN);
  const inBackground = Number.isInteger(parent);
  const received: ReceivedEvent = {
    at: Date.now(),
    process: agentProcess(inBackground ? parent : undefined) ?? null,
    issue: process.env.LOOM_ISSUE ?? null,
    event,
  };
  const gated = GATES.has(event.hook_event_name) && existsSync(join(dirname(loomDir), GATE));
  try {
    const db = openLoom(loomDir, {
      busyTimeoutMs: inBackground ? PATIENT_TIMEOUT_MS : gated ? GATE_TIMEOUT_MS : BUSY_TIMEOUT_MS,
      durability: 'fast',
    });
    try {
      await take(db, received, loomDir, inBackground);
    } finally {
      db.close();
    }
  } catch {
    spool(loomDir, received);
  }
}

async function take(
  db: Database,
  received: ReceivedEvent,
  loomDir: string,
  inBackground: boolean,
): Promise<void> {
  const { hook_event_name: name, transcript_path: transcript } = received.event;
  if (inBackground) {
    applyEvent(db, received, { gate: false });
    keepGate(db);
    if (INGEST_AFTER.has(name) && transcript && process.env.LOOM_BACKGROUND !== 'off') {
      await new Promise((resolve) => setTimeout(resolve, LAST_ROWS_MS));
      await readTranscript(db, loomDir, transcript);
    }
    return;
  }
  // The end of the transcript has the cost up to now.
  const gated = GATES.has(name) && transcript && db.get('SELECT 1 FROM budgets LIMIT 1');
  const tail = gated ? await tailOf(db, loomDir, transcript).catch(() => undefined) : undefined;
  const answer = applyEvent(db, received, { tail });
  if (!answer || !('continue' in answer)) {
    noteToolStart(db, received.event, Date.now());
  }
  if (answer) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } else if (PRIMES.has(name)) {
    await tellAgent(db, received);
  }
  if (INGEST_AFTER.has(name) && transcript && process.env.LOOM_BACKGROUND !== 'off') {
    ingestInBackground(loomDir, transcript);
  }
}

/** The model reads the output of these hooks (code.claude.com/docs/en/hooks). */
const PRIMES: ReadonlySet<string> = new Set(['SessionStart', 'PreCompact']);

async function tellAgent(db: Database, { event, at, issue }: ReceivedEvent): Promise<void> {
  const { primer } = await import('../agents/prime.js');
  const session = findBySource(db, 'claude-code', event.session_id);
  const { text } = primer(db, { session, issueId: issue ?? undefined, now: at });
  if (text !== '') {
    process.stdout.write(`${text}\n`);
  }
}

/** Loaded on demand: most events only need the database. */
async function readTranscript(db: Database, loomDir: string, transcript: string): Promise<void> {
  const { ingestOne } = await import('../ingest/one.js');
  await ingestOne(db, loomDir, transcript);
}

/** Events that could not be recorded, because another process was recording. */
async function tailOf(db: Database, loomDir: string, transcript: string): Promise<Tail | undefined> {
  const { recordOrRead } = await import('../ingest/one.js');
  return recordOrRead(db, loomDir, transcript);
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

/** For the hooks of an older installation, which the agent waits for. */
function ingestInBackground(loomDir: string, transcript: string): void {
  spawn(process.execPath, [join(packageRoot, 'bin/lm.js'), 'ingest', '--json', '--transcript', transcript], {
    detached: true,
    stdio: 'ignore',
    cwd: join(loomDir, '..'),
  }).unref();
}
