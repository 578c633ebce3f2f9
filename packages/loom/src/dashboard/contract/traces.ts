import type { Micros } from './figures.js';

/** What the URL of the traces page may hold. */
export interface TraceFilter {
  /** Words found in name, session, user, input or output. */
  readonly q?: string;
  readonly tool?: string;
  readonly server?: string;
  readonly status?: 'ok' | 'error';
  readonly session?: string;
  readonly issue?: string;
  /** `ai_task.type=generate` */
  readonly atlas?: string;
  /** Unix ms, inclusive and exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly minMs?: number;
  readonly environment?: string;
  /** `errors` puts failed ones first. */
  readonly sort?: 'newest' | 'slowest' | 'errors';
}

export interface TraceRow {
  readonly id: string;
  readonly name: string;
  readonly server: string | null;
  readonly tool: string | null;
  readonly failed: boolean;
  readonly statusMessage: string | null;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly sessionId: string | null;
  readonly task: string | null;
  /** The beginning of its input, as JSON: what tells two calls of one tool apart in a list. */
  readonly preview: string | null;
  readonly generations: number;
  readonly tokens: number;
  readonly micros: Micros | null;
  readonly unpriced: number;
}

export interface TracePage {
  readonly rows: readonly TraceRow[];
  /** With the filter, up to 10,000; `more` says that there are more. */
  readonly total: number;
  readonly more: boolean;
  /** What to give as `before` for the next page; null at the end. */
  readonly next: string | null;
}
