import type { CodexRow, CodexUsage } from './codex-rows.js';

/** Repeated rows follow each other within this time, in ms. A model takes longer to respond. */
const BURST_MS = 1000;
/** The same if the file names the repeated session and no own turn has started yet. */
const LONG_BURST_MS = 5000;

/** Data of the sessions that may be repeated, from their own files. */
export interface History {
  readonly turns: ReadonlySet<string>;
  readonly totals: ReadonlySet<string>;
  readonly responses: ReadonlySet<string>;
}

export interface ReplayState {
  /** Codex's id of the session that may be repeated; null if unknown. */
  parent: string | null;
  /** When the session started, and when the last row of the history was written. */
  readonly startedAt: number;
  lastAt: number;
  /** Whether the file names the repeated session. */
  named: boolean;
  /** Whether one of the session's own turns has started. */
  ownTurn: boolean;
  /** A turn that started within the history, and may be the session's own. */
  maybe?: { readonly turnId: string | null; readonly at: number };
}

/**
 * Whether a row of a forked, spawned or resumed session repeats another session: by thread, turn, response,
 * or running total of that session. Without that session's file, the clock decides: rows that are older than
 * the session, or faster than a model, are repeated.
 */
export function isReplay(
  state: ReplayState,
  row: CodexRow,
  own: string,
  history: History | undefined,
): boolean {
  const replay = decide(state, row, own, history);
  if (replay) {
    state.lastAt = Math.max(row.at, state.lastAt);
  }
  return replay;
}

function decide(state: ReplayState, row: CodexRow, own: string, history: History | undefined): boolean {
  const isOld = row.at < state.startedAt;
  switch (row.type) {
    case 'session':
      state.named = true;
      state.parent ??= row.id;
      return true;
    case 'record':
      if (row.threadId !== null && row.threadId !== own) {
        return true;
      }
      if (history?.responses.has(row.responseId)) {
        return true;
      }
      return row.threadId === null && (isOld || (!history && inBurst(state, row.at)));
    case 'usage': {
      if (isOld) {
        return true;
      }
      if (history) {
        return !state.ownTurn && row.total !== null && history.totals.has(totalKey(row.total));
      }
      return inBurst(state, row.at);
    }
    case 'turn-start':
      if (isOld || (row.turnId !== null && history?.turns.has(row.turnId))) {
        return true;
      }
      // A turn without an id may belong to any session. The next count decides.
      if (history ? row.turnId === null && inBurst(state, row.at) : row.at - state.lastAt < BURST_MS) {
        state.maybe = { turnId: row.turnId, at: row.at };
        return true;
      }
      state.ownTurn = true;
      return false;
    default:
      return isOld || !state.ownTurn;
  }
}

function inBurst({ named, ownTurn, lastAt }: ReplayState, at: number): boolean {
  return at - lastAt < (named && !ownTurn ? LONG_BURST_MS : BURST_MS);
}

/** A running total as text. */
export function totalKey(total: CodexUsage): string {
  return `${total.input_tokens} ${total.cached_input_tokens} ${total.output_tokens} ${total.reasoning_output_tokens}`;
}
