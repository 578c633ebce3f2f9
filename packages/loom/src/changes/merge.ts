import { type Change, placeOf } from './change.js';

export interface Merged {
  /** The winning change, by place. */
  readonly winners: ReadonlyMap<string, Change>;
  /** Lost changes that no other change is based on, each with the winner. */
  readonly lost: readonly { readonly change: Change; readonly by: Change }[];
}

/**
 * The state that results from a set of changes. The change with the greatest stamp wins. A change is lost if
 * another one wins, was made without knowing it, and has another value. Both results do not depend on the
 * order.
 */
export function merge(changes: Iterable<Change>): Merged {
  const places = new Map<string, Map<string, Change>>();
  for (const change of changes) {
    const at = placeOf(change);
    const known = places.get(at) ?? new Map<string, Change>();
    known.set(change.stamp, change);
    places.set(at, known);
  }
  const winners = new Map<string, Change>();
  const lost: { change: Change; by: Change }[] = [];
  for (const [place, versions] of places) {
    const [newest] = [...versions.values()].sort(byStamp).slice(-1);
    if (!newest) {
      continue;
    }
    winners.set(place, newest);
    const replaced = new Set([...versions.values()].map(({ prev }) => prev));
    for (const change of [...versions.values()].sort(byStamp)) {
      if (change !== newest && !replaced.has(change.stamp) && change.value !== newest.value) {
        lost.push({ change, by: newest });
      }
    }
  }
  return { winners, lost };
}

function byStamp(a: Change, b: Change): number {
  return a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0;
}
