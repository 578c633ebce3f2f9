import type { Change } from '../changes/change.js';
import { isRecord } from '../json-values.js';

/** One line of a log: a changed field, or a complete row. */
export type LogEntry =
  | { readonly change: Change }
  | {
      readonly tbl: string;
      readonly key: readonly unknown[];
      readonly stamp: string;
      /** Missing for a deleted row. */
      readonly row?: Readonly<Record<string, unknown>>;
    };

const STAMP = /^\d{16}-[a-z0-9]+$/;

/** Undefined for invalid entries and unknown formats. */
export function readEntry(text: string): LogEntry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(json)) {
    return undefined;
  }
  const { change, tbl, key, stamp, row } = json;
  if (isRecord(change)) {
    const { tbl: table, row_key, field, value, stamp: at, prev, actor } = change;
    return typeof table === 'string' &&
      isKey(row_key) &&
      typeof field === 'string' &&
      typeof at === 'string' &&
      STAMP.test(at) &&
      isJson(value)
      ? {
          change: {
            tbl: table,
            row_key,
            field,
            value: value ?? null,
            stamp: at,
            prev: typeof prev === 'string' ? prev : null,
            actor: typeof actor === 'string' ? actor : null,
          },
        }
      : undefined;
  }
  return typeof tbl === 'string' && Array.isArray(key) && typeof stamp === 'string' && STAMP.test(stamp)
    ? { tbl, key, stamp, ...(isRecord(row) ? { row } : {}) }
    : undefined;
}

function isKey(value: unknown): value is string {
  return isJson(value) && typeof value === 'string' && value.startsWith('[');
}

function isJson(value: unknown): value is string | null | undefined {
  if (value === null || value === undefined) {
    return true;
  }
  try {
    JSON.parse(value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
}
