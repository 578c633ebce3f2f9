import type { SqlValue } from '../../store/driver.js';
import type { ReceivedSpan } from '../trace.js';
import type { Costs } from './costs.js';
import type { Top } from './known.js';
import { micros } from './rows.js';

/** An observation as it is to be. */
export interface Held {
  readonly span: ReceivedSpan;
  readonly costs: Costs;
  /** Of OBSERVATION_COLUMNS. */
  readonly values: readonly SqlValue[];
  /** Undefined where it was not in the database. */
  readonly seq: number | undefined;
}

/**
 * The id of the observation that stands for a whole trace: none above it is here.
 * @param tops of the database, as they were
 * @param held what is written besides, or in their place, by id
 * @param isThere whether the database has one by this id; undefined where it was not asked
 */
export function rootIdIn(
  tops: readonly Top[],
  held: ReadonlyMap<string, Held>,
  isThere: (id: string) => boolean | undefined,
): string | undefined {
  const before = new Set(tops.map(({ id }) => id));
  const stands = ({ span: { id, parentId, isAppRoot }, seq }: Held): boolean => {
    if (parentId === null) {
      return true;
    }
    if (!isAppRoot || held.has(parentId)) {
      return false;
    }
    const hasParent = isThere(parentId);
    // What was only read again stands where it stood.
    return hasParent === undefined ? seq === undefined || before.has(id) : !hasParent;
  };
  let best: Omit<Top, 'parentId'> | undefined;
  for (const top of tops) {
    const isHeld = held.has(top.id) || (top.parentId !== null && held.has(top.parentId));
    best = isHeld || (best && !isBefore(top, best)) ? best : top;
  }
  for (const one of held.values()) {
    if (stands(one)) {
      const { id, isAppRoot, startMs } = one.span;
      const top = { id, isAppRoot, startedUs: micros(startMs), seq: one.seq ?? Number.POSITIVE_INFINITY };
      best = best && !isBefore(top, best) ? best : top;
    }
  }
  return best?.id;
}

/** Of two that are new, the one that came first stays. */
function isBefore(a: Omit<Top, 'parentId'>, b: Omit<Top, 'parentId'>): boolean {
  if (a.isAppRoot !== b.isAppRoot) {
    return a.isAppRoot;
  }
  return a.startedUs === b.startedUs ? a.seq < b.seq : a.startedUs < b.startedUs;
}
