import { budgetStatus, type Unrecorded } from '../budgets/status.js';
import { gitHead } from '../git.js';
import { formatMicros } from '../money.js';
import type { Session } from '../sessions/session.js';
import { endSession, findBySource, resumeSession, stopTurn, touchSession } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import type { Database } from '../store/database.js';
import { forkedFrom, noteResumption } from './forks.js';
import type { ReceivedEvent } from './received.js';

/**
 * Response of the hook: nothing, a message for the person, or a stop (Claude Code docs, "Hooks", JSON
 * output).
 */
export type HookAnswer =
  | { readonly continue: false; readonly stopReason: string }
  | { readonly systemMessage: string };

/** Events before a step that costs money. The agent can be stopped there. */
export const GATES: ReadonlySet<string> = new Set(['UserPromptSubmit', 'PreToolUse']);

/** Events that resume an ended session. Other events may only be late. */
const OPENERS: ReadonlySet<string> = new Set(['SessionStart', ...GATES]);

/**
 * Takes an event into the database. It may come twice, or late: then it changes nothing, or only what it
 * says. Without `gate` the event is only recorded: another hook checks the budgets. `tail` has the session's
 * cost that is not recorded yet.
 */
export function applyEvent(
  db: Database,
  received: ReceivedEvent,
  {
    gate = true,
    tail,
  }: {
    readonly gate?: boolean;
    readonly tail?: ((sessionId: string) => readonly Unrecorded[]) | undefined;
  } = {},
): HookAnswer | undefined {
  const { event, at } = received;
  return db.transaction(() => {
    const session = openedSession(db, received);
    if (!session) {
      return undefined;
    }
    if (event.hook_event_name === 'SessionEnd') {
      if (session.ended_at === null) {
        endSession(db, session.id, 'complete', event.reason ?? null, at);
      }
      return undefined;
    }
    if (event.hook_event_name === 'Stop' && event.prompt_id) {
      stopTurn(db, session.id, event.prompt_id, at);
    }
    touchSession(db, session.id, at);
    return gate && GATES.has(event.hook_event_name)
      ? checkBudgets(db, session, at, tail?.(session.id))
      : undefined;
  });
}

function openedSession(db: Database, received: ReceivedEvent): Session | undefined {
  const { event, at, process, issue } = received;
  const known = findBySource(db, 'claude-code', event.session_id);
  if (event.hook_event_name === 'SessionStart' && event.source === 'resume') {
    // A fork is announced with the id of its source session; its prompt shows which of the two continues.
    noteResumption(db, received);
    return known;
  }
  if (known) {
    const alive = OPENERS.has(event.hook_event_name);
    const backAgain = alive && known.status !== 'running' && at > (known.ended_at ?? 0);
    // A late event from the spool does not identify the current process.
    const newProcess = process && alive && known.pid !== process.pid && at >= known.last_seen_at;
    // A session that a budget stopped stays stopped until the budget allows it; the gate below decides.
    return backAgain || newProcess ? resumeSession(db, known.id, process ?? undefined, at) : known;
  }
  const head = event.cwd ? gitHead(event.cwd) : { branch: undefined, commit: undefined };
  return openSession(
    db,
    {
      agent: 'claude-code',
      source: 'claude-code',
      sourceSessionId: event.session_id,
      parentSessionId: forkedFrom(db, received),
      cwd: event.cwd,
      branch: head.branch,
      commit: head.commit,
      process: process ?? undefined,
      transcriptPath: event.transcript_path,
      startedAt: at,
    },
    issue ? { LOOM_ISSUE: issue } : {},
    at,
  );
}

function checkBudgets(
  db: Database,
  session: Session,
  at: number,
  more: readonly Unrecorded[] = [],
): HookAnswer | undefined {
  const statuses = budgetStatus(db, at, session.id, more);
  const stop = statuses.find((status) => status.state === 'over' && status.stop);
  if (stop) {
    const says = `The ${stop.scope} budget of ${formatMicros(stop.limit_micros)} is used up (${formatMicros(stop.spent_micros)})`;
    endSession(db, session.id, 'budget_exhausted', says, at);
    return {
      continue: false,
      stopReason: `Loom: ${says}. Raise it with \`lm budget set ${stop.scope} <dollars>\` to go on.`,
    };
  }
  const near = statuses.filter((status) => status.state !== 'ok' && notYetWarned(db, session.id, status));
  return near.length === 0
    ? undefined
    : {
        systemMessage: near
          .map(
            (status) =>
              `Loom: ${formatMicros(status.spent_micros)} of the ${status.scope} budget of ${formatMicros(status.limit_micros)} is used.`,
          )
          .join(' '),
      };
}

/** Each warning is printed once in a session. */
function notYetWarned(
  db: Database,
  sessionId: string,
  status: { scope: string; of: string; state: string },
): boolean {
  const row = db.get<{ meta: string }>('SELECT meta FROM sessions WHERE id = ?', sessionId);
  const meta = JSON.parse(row?.meta ?? '{}') as { warned?: string[] };
  const key = `${status.scope}:${status.of}:${status.state}`;
  if (meta.warned?.includes(key)) {
    return false;
  }
  db.run(
    'UPDATE sessions SET meta = ? WHERE id = ?',
    JSON.stringify({ ...meta, warned: [...(meta.warned ?? []), key] }),
    sessionId,
  );
  return true;
}
