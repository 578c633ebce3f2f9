import type { SqlValue } from '../../store/driver.js';
import type { ReceivedSpan } from '../trace.js';
import type { Costs } from './costs.js';
import type { Top } from './known.js';
import { micros } from './rows.js';

/** An observation after the change. */
export interface PlannedObservation {
  readonly span: ReceivedSpan;
  readonly costs: Costs;
  /** Values of OBSERVATION_COLUMNS. */
  readonly values: readonly SqlValue[];
  /** Undefined if it was not in the database. */
  readonly seq: number | undefined;
}

/**
 * The id of the observation that represents the trace: the first whose parent is not here.
 * @param tops those of the database, before the change
 * @param planned new and replaced observations, by id
 * @param isThere whether the database has an observation with this id; undefined if it was not queried
 */
export function rootIdIn(
  tops: readonly Top[],
  planned: ReadonlyMap<string, PlannedObservation>,
  isThere: (id: string) => boolean | undefined,
): string | undefined {
  const before = new Set(tops.map(({ id }) => id));
  const isRoot = ({ span: { id, parentId, isAppRoot }, seq }: PlannedObservation): boolean => {
    if (parentId === null) {
      return true;
    }
    if (!isAppRoot || planned.has(parentId)) {
      return false;
    }
    const hasParent = isThere(parentId);
    // An observation that was only read again keeps its position.
    return hasParent === undefined ? seq === undefined || before.has(id) : !hasParent;
  };
  let best: Omit<Top, 'parentId'> | undefined;
  for (const top of tops) {
    const isHeld = planned.has(top.id) || (top.parentId !== null && planned.has(top.parentId));
    best = isHeld || (best && !isBefore(top, best)) ? best : top;
  }
  for (const one of planned.values()) {
    if (isRoot(one)) {
      const { id, isAppRoot, startMs } = one.span;
      const top = { id, isAppRoot, startedUs: micros(startMs), seq: one.seq ?? Number.POSITIVE_INFINITY };
      best = best && !isBefore(top, best) ? best : top;
    }
  }
  return best?.id;
}

/** The first of two new observations is used, in order of arrival. */
function isBefore(a: Omit<Top, 'parentId'>, b: Omit<Top, 'parentId'>): boolean {
  if (a.isAppRoot !== b.isAppRoot) {
    return a.isAppRoot;
  }
  return a.startedUs === b.startedUs ? a.seq < b.seq : a.startedUs < b.startedUs;
}
