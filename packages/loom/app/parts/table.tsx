import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../format.js';
import { useRowsShown } from './more-rows.js';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly numeric?: boolean;
  /** Makes the column sortable; null sorts last. */
  readonly sort?: (row: T) => number | string | null;
  /** Takes the remaining width. */
  readonly grow?: boolean;
  /** Hidden on a narrow screen. */
  readonly isExtra?: boolean;
  /** A time. On a narrow screen it is at the end of the row's first line, without its heading. */
  readonly isWhen?: boolean;
}

interface TableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /**
   * Shows only this many rows after sorting; the rest is on another page. Without a limit, a button shows the
   * rest.
   */
  readonly limit?: number;
}

interface Order {
  readonly head: string;
  readonly isDescending: boolean;
}

/**
 * A table that turns into cards on a narrow screen. Browsers drop the table semantics when CSS changes the
 * layout, so the roles are explicit.
 */
export function Table<T>({ caption, columns, rows, keyOf, limit }: TableProps<T>) {
  const [order, setOrder] = useState<Order | null>(null);
  const { shown, more } = useRowsShown();
  const turn = (column: Column<T>) =>
    setOrder({ head: column.head, isDescending: order?.head === column.head ? !order.isDescending : true });
  const all = sorted(rows, columns, order);
  return (
    <>
      <table class="table" role="table">
        <caption class="spoken">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Head
                key={column.head}
                column={column}
                order={order?.head === column.head ? order : null}
                turn={() => turn(column)}
              />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {all.slice(0, limit ?? shown).map((row) => (
            <tr role="row" key={keyOf(row)}>
              {columns.map((column, at) => cell(column, row, at === 0))}
            </tr>
          ))}
        </tbody>
      </table>
      {limit === undefined && rows.length > shown && (
        <button type="button" class="more" onClick={more}>
          Show more <span class="faint">{count(rows.length - shown)} left</span>
        </button>
      )}
    </>
  );
}

interface HeadProps<T> {
  readonly column: Column<T>;
  readonly order: Order | null;
  readonly turn: () => void;
}

function Head<T>({ column, order, turn }: HeadProps<T>) {
  const sort = order ? (order.isDescending ? 'descending' : 'ascending') : undefined;
  return (
    <th role="columnheader" scope="col" class={kind(column)} aria-sort={sort}>
      {column.sort ? (
        <button type="button" onClick={turn}>
          {column.head}
          <span aria-hidden="true">{order ? (order.isDescending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      ) : (
        column.head
      )}
    </th>
  );
}

function cell<T>(column: Column<T>, row: T, isFirst: boolean) {
  const shared = { key: column.head, class: kind(column), 'data-label': column.head };
  return isFirst ? (
    <th {...shared} role="rowheader" scope="row">
      {column.cell(row)}
    </th>
  ) : (
    <td {...shared} role="cell">
      {column.cell(row)}
    </td>
  );
}

function kind<T>({ numeric, grow, isExtra, isWhen }: Column<T>): string | undefined {
  const words = [numeric && 'num', grow && 'grow', isExtra && 'extra', isWhen && 'when'];
  return words.filter(Boolean).join(' ') || undefined;
}

function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], order: Order | null): readonly T[] {
  const value = columns.find(({ head }) => head === order?.head)?.sort;
  if (!value || !order) return rows;
  const sign = order.isDescending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a < b ? -sign : a > b ? sign : 0;
  });
}
