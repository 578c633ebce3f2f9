import type { BudgetRow } from './budgets.js';
import type { Micros } from './figures.js';
import type { IssueRow } from './issues.js';
import type { RoutingRow } from './routing.js';
import type { SessionRow } from './sessions.js';
import type { TraceRow } from './traces.js';

export interface ObservationView {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: string;
  readonly name: string;
  readonly level: string;
  readonly statusMessage: string | null;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly model: string | null;
  readonly modelParameters: Readonly<Record<string, unknown>> | null;
  readonly usage: Readonly<Record<string, number>> | null;
  readonly micros: Micros | null;
  readonly costBasis: 'reported' | 'calculated' | 'unpriced' | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly duplicates: number;
}

export interface ScoreView {
  readonly id: string;
  readonly name: string;
  readonly value: number | string | null;
  readonly dataType: string | null;
  readonly comment: string | null;
  readonly observationId: string | null;
}

export interface TraceView {
  readonly row: TraceRow;
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly userId: string | null;
  readonly environment: string | null;
  readonly release: string | null;
  /** Flat; parents before children, siblings by start. */
  readonly observations: readonly ObservationView[];
  readonly scores: readonly ScoreView[];
  /** The agent's side of this call, where it is known. */
  readonly loom: LoomLink | null;
  /** Where the same trace opens on Langfuse, once it was forwarded and the keys of its project are known. */
  readonly langfuseUrl: string | null;
}

export interface LoomLink {
  readonly basis: string;
  readonly session: SessionRow;
  readonly issue: IssueRow | null;
  readonly routing: RoutingRow | null;
  readonly budgets: readonly BudgetRow[];
}
