export interface ImportReport {
  readonly issues: number;
  readonly sessions: number;
  readonly checkpoints: number;
  /** Blockers and parents. */
  readonly links: number;
  /** Existing rows that were kept. */
  readonly present: number;
  readonly badLines: number;
  /** Outcomes of earlier work, for routing. */
  readonly executions?: number;
}
