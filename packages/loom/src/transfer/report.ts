export interface ImportReport {
  readonly issues: number;
  readonly sessions: number;
  readonly checkpoints: number;
  /** Blockers and parents. */
  readonly links: number;
  /** Existing rows that were kept. */
  readonly present: number;
  readonly badLines: number;
  /** How earlier work turned out, for routing. */
  readonly executions?: number;
}
