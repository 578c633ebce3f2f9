/** Times are Unix ms. */
export interface TurnFacts {
  readonly n: number;
  readonly started_at: number;
  /** Null while it runs. */
  readonly ended_at: number | null;
  readonly outcome: string | null;
  /** When a hook, or the log itself, says that it has ended. */
  readonly stopped_at: number | null;
  /** The end of its last call or tool; null when it has none. */
  readonly worked_until: number | null;
}

export interface TurnEnd {
  readonly n: number;
  readonly ended_at: number;
  readonly outcome: string;
}

/**
 * The ends of a session's turns, from what is known now. A turn has ended when it was stopped, when another one began
 * after it, or when its session has ended; never before its last call. Without a stop it ends with its last work: what
 * came after was waiting for a person.
 */
export function turnEnds(
  turns: readonly TurnFacts[],
  session: { readonly ended_at: number | null; readonly status: string },
): TurnEnd[] {
  const ordered = [...turns].sort((a, b) => a.started_at - b.started_at || a.n - b.n);
  return ordered.flatMap((turn, index): TurnEnd[] => {
    const next = ordered[index + 1];
    const bound = next?.started_at ?? session.ended_at;
    if (bound === null && turn.stopped_at === null && turn.ended_at === null) {
      return [];
    }
    const end = turn.stopped_at ?? turn.worked_until ?? turn.ended_at ?? bound ?? turn.started_at;
    return [
      {
        n: turn.n,
        ended_at: Math.max(turn.started_at, end, turn.worked_until ?? 0),
        outcome: turn.outcome ?? (next || turn.stopped_at !== null ? 'complete' : session.status),
      },
    ];
  });
}
