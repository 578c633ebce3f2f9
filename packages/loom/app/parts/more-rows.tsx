import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface MoreRowsProps<T, Cursor> {
  /** The first page, as it is now. */
  readonly first: readonly T[];
  readonly next: Cursor | null;
  /** @throws Error with what to tell the reader */
  readonly more: (cursor: Cursor) => Promise<{ readonly rows: readonly T[]; readonly next: Cursor | null }>;
  readonly keyOf: (row: T) => string;
  readonly children: (rows: readonly T[]) => ComponentChildren;
}

/** A list by pages: the first one follows what is true, the others stay as they were read. */
export function MoreRows<T, Cursor>({ first, next, more, keyOf, children }: MoreRowsProps<T, Cursor>) {
  const [older, setOlder] = useState<readonly T[]>([]);
  const [cursor, setCursor] = useState<Cursor | null | undefined>(undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const at = cursor === undefined ? next : cursor;
  const keys = new Set(first.map(keyOf));
  const ask = async () => {
    if (at === null) return;
    try {
      const page = await more(at);
      setOlder([...older, ...page.rows]);
      setCursor(() => page.next);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      {children([...first, ...older.filter((row) => !keys.has(keyOf(row)))])}
      {problem && <p class="notice bad">{problem}</p>}
      {at !== null && (
        <button type="button" class="more" onClick={ask}>
          Show more
        </button>
      )}
    </>
  );
}
