import type { TraceRow } from './traces.js';

/**
 * Events of `GET /view/live` (server-sent): `trace` for each trace that has come or grown, as its row; `changed` when
 * anything else in the database has. Both mean: what is shown may be stale.
 */
export interface LiveEvents {
  trace: TraceRow;
  changed: { readonly at: number };
}
