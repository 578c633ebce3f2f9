import type { AtlasBreakdown } from './atlas.js';
import type { Budgets } from './budgets.js';
import type { Issues } from './issues.js';
import type { Overview } from './overview.js';
import type { PlatformView } from './platform.js';
import type { Routing } from './routing.js';
import type { SessionView } from './session.js';
import type { SessionPage } from './sessions.js';
import type { Tools } from './tools.js';
import type { TraceView } from './trace.js';
import type { TraceFilter, TracePage } from './traces.js';
import type { Trend } from './trend.js';

/**
 * What the page asks and what it is told: JSON over `GET /view/<name>`, one type for each answer. Types only, so that
 * the page and the server share them without sharing code.
 *
 * Money is integer micro-USD, and null when no price is known. Times are Unix ms (of traces: with fractions),
 * durations ms.
 *
 * Who may ask is settled by a cookie that the first page load sets from the token in its address; the page never sees
 * it. 401 means: open the address that `lm dashboard` printed. Other errors carry `{ error: string }` to be shown.
 */

/** Every view by its path, as `/view/<path>`; `:id` is URL-encoded. */
export interface Views {
  /** Query: none. */
  overview: Overview;
  /** Query: `by` = `model` or an Atlas dimension, `days` (30). */
  trend: Trend;
  /** Query: `dimension` (ai_task.type), `days` (30). */
  atlas: AtlasBreakdown;
  /** Query: `days` (30). */
  tools: Tools;
  /** Query: {@link TraceFilter}, `before` (cursor of the last page), `limit` (100, at most 500). */
  traces: TracePage;
  'traces/:id': TraceView;
  /** The platform's spans of the trace; slow where it has to ask `wrangler dev` or Cloudflare first. */
  'traces/:id/platform': PlatformView;
  /** Query: `issue` (only those that worked on it), `before`, `limit`. */
  sessions: SessionPage;
  'sessions/:id': SessionView;
  issues: Issues;
  /** Query: `days` (30). */
  routing: Routing;
  budgets: Budgets;
}
