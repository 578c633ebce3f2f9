import type { Micros } from './figures.js';

export interface RoutingRow {
  readonly id: string;
  readonly at: number;
  readonly strategy: string;
  readonly agent: string | null;
  readonly model: string;
  readonly confidence: number;
  readonly reason: string | null;
  /** Null while the outcome is not known. */
  readonly success: boolean | null;
  readonly estimated: Micros | null;
  readonly actual: Micros | null;
  readonly sessionId: string | null;
  readonly issueId: string | null;
}

export interface Routing {
  /** Confidence in fifths beside what came of it: calibrated where the two are near. */
  readonly calibration: readonly {
    readonly from: number;
    readonly to: number;
    readonly decisions: number;
    readonly withOutcome: number;
    readonly confidence: number | null;
    readonly successRate: number | null;
  }[];
  readonly rows: readonly RoutingRow[];
}
