import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** The same width as in `table.css`. */
const NARROW = '(max-width: 760px)';
const ROWS = 50;
/** On a narrow screen, each row takes two lines. */
const ROWS_NARROW = 20;

/** The number of visible rows in a list, and a function that shows more. */
export function useRowsShown(): { readonly shown: number; readonly more: () => void } {
  const [step] = useState(() => (matchMedia(NARROW).matches ? ROWS_NARROW : ROWS));
  const [shown, setShown] = useState(step);
  return { shown, more: () => setShown(shown + step) };
}

interface MoreRowsProps<T, Cursor> {
  /** The current first page. */
  readonly first: readonly T[];
  readonly next: Cursor | null;
  /** @throws Error with a message for the reader */
  readonly more: (cursor: Cursor) => Promise<{ readonly rows: readonly T[]; readonly next: Cursor | null }>;
  readonly keyOf: (row: T) => string;
  /** Renders all loaded rows. */
  readonly children: (rows: readonly T[]) => ComponentChildren;
}

/** A list in pages. The first page is updated; later pages stay as loaded. */
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
