import type { ReceivedSpan } from '../trace.js';
import type { Top } from './known.js';
import type { ObservationRow } from './rows.js';

/** An observation as it is to be. */
export interface Held {
  readonly row: ObservationRow;
  readonly span: ReceivedSpan;
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
  const stands = ({ row, seq }: Held): boolean => {
    if (row.parent_id === null) {
      return true;
    }
    if (row.is_app_root !== 1 || held.has(row.parent_id)) {
      return false;
    }
    const hasParent = isThere(row.parent_id);
    // What was only read again stands where it stood.
    return hasParent === undefined ? seq === undefined || before.has(row.id) : !hasParent;
  };
  const all: Omit<Top, 'parentId'>[] = [
    ...tops.filter(({ id, parentId }) => !held.has(id) && (parentId === null || !held.has(parentId))),
    ...[...held.values()].filter(stands).map(({ row, seq }) => ({
      id: row.id,
      isAppRoot: row.is_app_root === 1,
      startedUs: row.started_us,
      seq: seq ?? Number.POSITIVE_INFINITY,
    })),
  ];
  return all.sort(
    (a, b) => Number(b.isAppRoot) - Number(a.isAppRoot) || a.startedUs - b.startedUs || compare(a.seq, b.seq),
  )[0]?.id;
}

/** Sorting is stable, so that new ones stay in the order in which they came. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
