/** One field of one row at one time. */
export interface Change {
  readonly tbl: string;
  /** JSON array of the key's columns. */
  readonly row_key: string;
  /** A column, or {@link DELETED}. */
  readonly field: string;
  /** JSON. */
  readonly value: string | null;
  /** Hybrid logical clock and machine; the greater text is the later change. */
  readonly stamp: string;
  /** The stamp of the value that this one replaced. */
  readonly prev: string | null;
  readonly actor: string | null;
}

/** Field whose value says whether the row was deleted. */
export const DELETED = '$deleted';

/**
 * Identifies the value that a change belongs to. All changes with the same place are versions of one value.
 */
export function placeOf({ tbl, row_key, field }: Change): string {
  return `${tbl} ${row_key} ${field}`;
}
