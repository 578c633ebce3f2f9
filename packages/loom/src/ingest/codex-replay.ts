import type { CodexRow, CodexUsage } from './codex-rows.js';

/** Rows of a history that is repeated follow each other within this time; a model takes longer to answer, in ms. */
const BURST_MS = 1000;
/** The same where the session that is repeated was named in the file, and no turn of its own has begun. */
const LONG_BURST_MS = 5000;

/** Facts about sessions that may be repeated, from their own files. */
export interface History {
  readonly turns: ReadonlySet<string>;
  readonly totals: ReadonlySet<string>;
  readonly responses: ReadonlySet<string>;
}

export interface ReplayState {
  /** Codex's id of the session that may be repeated; null if unknown. */
  parent: string | null;
  /** When the session itself began, and when the last row of the history was written. */
  readonly startedAt: number;
  lastAt: number;
  /** Whether the file names the session that it repeats. */
  named: boolean;
  /** Whether a turn of the session's own has begun. */
  ownTurn: boolean;
  /** A turn that began among the rows of the history, and may be the session's own. */
  maybe?: { readonly turnId: string | null; readonly at: number };
}

/**
 * Whether a row of a forked, spawned or resumed session repeats another session, by thread, turn, response,
 * or running total of that session. Without that session's file the clock decides: rows that are older than
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
      // A turn without an id may belong to any session: the next count decides.
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

/** A running total as one text. */
export function totalKey(total: CodexUsage): string {
  return `${total.input_tokens} ${total.cached_input_tokens} ${total.output_tokens} ${total.reasoning_output_tokens}`;
}
