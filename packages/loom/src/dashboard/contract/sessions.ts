import type { Money } from './figures.js';

export interface SessionRow {
  readonly id: string;
  readonly agent: string;
  readonly title: string | null;
  readonly status: string;
  readonly issueId: string | null;
  readonly branch: string | null;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly endedAt: number | null;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: Money;
}

export interface SessionPage {
  readonly rows: readonly SessionRow[];
  readonly next: string | null;
}
