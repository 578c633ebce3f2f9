import type { Micros } from './figures.js';

export interface TrendPoint {
  /** The day of the person who asks, `YYYY-MM-DD`. */
  readonly day: string;
  readonly key: string;
  readonly micros: Micros | null;
  readonly tokens: number;
  readonly calls: number;
  readonly unpriced: number;
}

export interface Trend {
  readonly by: string;
  readonly days: readonly string[];
  /** Largest cost first; beyond the ninth they are added up as `other`. */
  readonly keys: readonly string[];
  readonly points: readonly TrendPoint[];
}
