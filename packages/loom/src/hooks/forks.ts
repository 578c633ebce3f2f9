import { findBySource } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import type { ReceivedEvent } from './received.js';

const RESUMED = 'resumed';
/** Maximum time between a session's start and its prompt, in ms. */
const KEPT_MS = 24 * 3_600_000;

/** Default if the client is unknown, in ms. */
const SOON_MS = 60_000;

interface Resumption {
  /** Process id and start of the client. */
  readonly client: string;
  /** The agent's id of the session that it resumed. */
  readonly session: string;
  readonly at: number;
}

/** Records which client resumed which session. A client that forks continues under another id. */
export function noteResumption(db: Database, { event, at, process }: ReceivedEvent): void {
  const client = clientOf(process);
  const others = resumptions(db).filter((one) => one.client !== client && at - one.at < KEPT_MS);
  writeMeta(db, RESUMED, JSON.stringify([...others, { client, session: event.session_id, at }]));
}

/** Loom's id of the session that this client had resumed before it continued under another id. */
export function forkedFrom(db: Database, { event, at, process }: ReceivedEvent): string | undefined {
  // A start event has its own reason: a new session, or a cleared one.
  if (event.hook_event_name === 'SessionStart' && event.source !== 'fork') {
    return undefined;
  }
  const recent = resumptions(db).filter((one) => at - one.at < KEPT_MS);
  // Every session has a start event. A session without one continues the last session that was resumed.
  const from =
    recent.find((one) => one.client === clientOf(process)) ?? recent.findLast((one) => at - one.at < SOON_MS);
  return from && from.session !== event.session_id
    ? findBySource(db, 'claude-code', from.session)?.id
    : undefined;
}

function resumptions(db: Database): Resumption[] {
  return JSON.parse(readMeta(db, RESUMED) ?? '[]');
}

/** Without a known process, the last of all clients. */
function clientOf(process: ReceivedEvent['process']): string {
  return process ? `${process.pid}/${process.started}` : 'unknown';
}
