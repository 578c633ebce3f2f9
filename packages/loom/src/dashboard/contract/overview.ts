import type { Latency, Money } from './figures.js';
import type { SessionRow } from './sessions.js';
import type { ToolRow } from './tools.js';
import type { TraceRow } from './traces.js';

export interface Overview {
  readonly project: string;
  readonly now: number;
  /** Agents' calls (Loom) and generations of traces, added. */
  readonly cost: { readonly today: Money; readonly days7: Money; readonly days30: Money };
  /** Traces. As with cost: today is since midnight, `days7` and `days30` are that many days, today among them. */
  readonly calls: { readonly today: number; readonly days7: number; readonly days30: number };
  readonly errors: { readonly today: number; readonly days7: number; readonly days30: number };
  /** Of the same 30 days, as the tools are; the tools called most. */
  readonly latency: Latency;
  readonly tools: readonly ToolRow[];
  readonly running: readonly SessionRow[];
  /** Running by their word, silent for long or with no process. */
  readonly stuck: readonly SessionRow[];
  readonly recentErrors: readonly TraceRow[];
  readonly sync: {
    readonly queued: number;
    readonly sent: number;
    readonly failed: number;
    readonly lastSentAt: number | null;
  };
  /** For an empty page: how to get the first trace. */
  readonly receiver: { readonly url: string };
}
