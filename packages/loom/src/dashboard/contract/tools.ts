import type { Latency, Money } from './figures.js';

export interface ToolRow {
  readonly server: string | null;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly latency: Latency;
  readonly cost: Money;
  readonly lastAt: number;
}

export interface Tools {
  readonly rows: readonly ToolRow[];
}
