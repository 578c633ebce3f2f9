import { useEffect, useRef, useState } from 'preact/hooks';
import { gridOf, type ListColumn } from './columns.js';
import type { TraceList } from './list.js';
import { MemoTraceLine, TraceHeads } from './row.js';

/** Row heights in px, and the width below which a row takes two lines. The same as in `traces.css`. */
const ROW = 37;
const NARROW_ROW = 60;
const NARROW = 720;
/** Rows rendered outside the screen, so that j and k find the next row. */
const SPARE = 12;
/** Rows are added and removed in groups of this size, so that most frames of a scroll change nothing. */
const CHUNK = 8;
/** Loads the next page when fewer rows are left below. */
const AHEAD = 200;
const TOP_PX = 120;

/** Renders only visible rows. The page itself scrolls. */
export function TraceWindow({ list, columns }: { list: TraceList; columns: readonly ListColumn[] }) {
  const body = useRef<HTMLDivElement>(null);
  const [rowHeight, setRowHeight] = useState(ROW);
  const [range, setRange] = useState({ from: 0, to: 60 });

  useEffect(() => {
    const look = () => {
      setRowHeight((body.current?.clientWidth ?? 0) <= NARROW ? NARROW_ROW : ROW);
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const from = Math.max(0, Math.floor(-top / rowHeight / CHUNK) * CHUNK - SPARE);
      const to = Math.ceil((innerHeight - top) / rowHeight / CHUNK) * CHUNK + SPARE;
      setRange((last) => (last.from === from && last.to === to ? last : { from, to }));
      list.isAtTop = scrollY < TOP_PX;
      if (list.isAtTop) list.release();
      if (to > list.rows.length - AHEAD) void list.loadMore();
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [list, list.rows.length, rowHeight]);

  return (
    <div
      role="table"
      class="trace-table"
      aria-label="Traces"
      style={{ '--columns': gridOf(columns) }}
      aria-rowcount={list.hasMore ? -1 : Math.max(list.total, list.rows.length) + 1}
    >
      <div role="rowgroup">
        <TraceHeads columns={columns} />
      </div>
      <div
        role="rowgroup"
        ref={body}
        class="trace-window"
        style={{ height: `${list.rows.length * rowHeight}px` }}
      >
        {list.rows.slice(range.from, range.to).map((row, at) => (
          <MemoTraceLine
            key={row.id}
            row={row}
            index={range.from + at + 2}
            top={(range.from + at) * rowHeight}
            isFresh={list.fresh.has(row.id)}
            columns={columns}
          />
        ))}
      </div>
    </div>
  );
}
