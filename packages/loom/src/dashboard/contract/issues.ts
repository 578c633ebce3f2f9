import type { Money } from './figures.js';

export interface IssueRow {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly priority: number;
  readonly assignee: string | null;
  readonly sessions: number;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: Money;
  readonly updatedAt: number;
}

export interface Issues {
  readonly rows: readonly IssueRow[];
  /** Agents' calls that belong to no issue. */
  readonly unattributed: { readonly calls: number; readonly tokens: number; readonly cost: Money };
}
