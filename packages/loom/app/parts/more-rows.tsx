import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** As `table.css` has it. */
const NARROW = '(max-width: 760px)';
const ROWS = 50;
/** Rows of a narrow screen take two lines. */
const ROWS_NARROW = 20;

/** How many rows of a list are drawn, and what draws as many again. */
export function useRowsShown(): { readonly shown: number; readonly more: () => void } {
  const [step] = useState(() => (matchMedia(NARROW).matches ? ROWS_NARROW : ROWS));
  const [shown, setShown] = useState(step);
  return { shown, more: () => setShown(shown + step) };
}

interface MoreRowsProps<T, Cursor> {
  /** The first page, as it is now. */
  readonly first: readonly T[];
  readonly next: Cursor | null;
  /** @throws Error with what to tell the reader */
  readonly more: (cursor: Cursor) => Promise<{ readonly rows: readonly T[]; readonly next: Cursor | null }>;
  readonly keyOf: (row: T) => string;
  /** Draws all rows that it is given. */
  readonly children: (rows: readonly T[]) => ComponentChildren;
}

/** A list by pages: the first one follows what is true, the others stay as they were read. */
export function MoreRows<T, Cursor>({ first, next, more, keyOf, children }: MoreRowsProps<T, Cursor>) {
  const [older, setOlder] = useState<readonly T[]>([]);
  const [cursor, setCursor] = useState<Cursor | null | undefined>(undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const { shown, more: showMore } = useRowsShown();
  const at = cursor === undefined ? next : cursor;
  const keys = new Set(first.map(keyOf));
  const rows = [...first, ...older.filter((row) => !keys.has(keyOf(row)))];
  const ask = async () => {
    showMore();
    if (at === null || rows.length > shown) return;
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
      {children(rows.slice(0, shown))}
      {problem && <p class="notice bad">{problem}</p>}
      {(at !== null || rows.length > shown) && (
        <button type="button" class="more" onClick={ask}>
          Show more
        </button>
      )}
    </>
  );
}
