/** Times are Unix ms. */
export interface TurnFacts {
  readonly n: number;
  readonly started_at: number;
  /** Null while the turn runs. */
  readonly ended_at: number | null;
  readonly outcome: string | null;
  /** The end as reported by a hook or by the transcript. */
  readonly stopped_at: number | null;
  /** The end of its last call or tool; null without any. */
  readonly worked_until: number | null;
}

export interface TurnEnd {
  readonly n: number;
  readonly ended_at: number;
  readonly outcome: string;
}

/**
 * Computes the ends of a session's turns. A turn ends when it is stopped, when the next one starts, or when
 * its session ends; never before its last call. Without a stop, it ends with its last activity, because the
 * time after that is waiting for a person.
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
