import type { Micros } from './figures.js';

export interface BudgetRow {
  readonly scope: 'session' | 'issue' | 'day' | 'agent';
  readonly of: string;
  readonly limit: Micros;
  readonly spent: Micros;
  readonly unpriced: number;
  readonly state: 'ok' | 'warn' | 'over';
  readonly stops: boolean;
  readonly perHour: Micros;
  readonly reachedInMs: number | null;
  readonly forecast: Micros | null;
}

export interface Budgets {
  readonly rows: readonly BudgetRow[];
}
