import type { TraceRow } from './traces.js';

/**
 * Events of `GET /view/live` (server-sent). `trace` has the row of a new or changed trace; `changed` means
 * any other change in the database. After either, the data on the page may be stale.
 */
export interface LiveEvents {
  trace: TraceRow;
  changed: { readonly at: number };
}
