import { ViewError } from './view.js';

/** End of a page: the ordering columns of its last row. */
export type Cursor = readonly number[];

export function cursorText(cursor: Cursor): string {
  return cursor.join('-');
}

export function readCursor(text: string | undefined, length: number): Cursor | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  const cursor = text.split('-').map(Number);
  if (cursor.length !== length || !cursor.every((value) => Number.isSafeInteger(value))) {
    throw new ViewError(400, 'before must be the value of `next` on the page above.');
  }
  return cursor;
}
