import type { Money } from './figures.js';

export interface AtlasBreakdown {
  readonly dimension: string;
  /** Every dimension that has a term. */
  readonly dimensions: readonly string[];
  readonly rows: readonly AtlasRow[];
}

export interface AtlasRow {
  readonly term: string;
  /** Tool calls of MCP servers (traces). */
  readonly traces: number;
  readonly errors: number;
  /** Calls of agents (Loom). */
  readonly calls: number;
  readonly cost: Money;
  readonly tokens: number;
}
