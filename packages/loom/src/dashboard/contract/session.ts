import type { BudgetRow } from './budgets.js';
import type { Money } from './figures.js';
import type { IssueRow } from './issues.js';
import type { RoutingRow } from './routing.js';
import type { SessionRow } from './sessions.js';
import type { TraceRow } from './traces.js';

export interface SessionView {
  readonly row: SessionRow;
  readonly terminationReason: string | null;
  readonly iterations: readonly {
    readonly n: number;
    readonly startedAt: number;
    readonly endedAt: number | null;
    readonly calls: number;
    readonly tools: number;
    readonly tokens: number;
    readonly cost: Money;
    readonly outcome: string | null;
  }[];
  readonly models: readonly {
    readonly model: string;
    readonly calls: number;
    readonly tokens: number;
    readonly cost: Money;
  }[];
  readonly files: readonly {
    readonly path: string;
    readonly change: string;
    readonly added: number;
    readonly removed: number;
  }[];
  readonly checkpoints: readonly {
    readonly id: string;
    readonly at: number;
    readonly summary: string;
    readonly commit: string | null;
  }[];
  readonly tools: readonly { readonly name: string; readonly calls: number; readonly errors: number }[];
  readonly issue: IssueRow | null;
  readonly budgets: readonly BudgetRow[];
  readonly routing: readonly RoutingRow[];
  /** Traces of MCP servers that this session called. */
  readonly traces: readonly TraceRow[];
}
