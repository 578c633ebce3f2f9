import type { Outcome } from './outcome.js';

/** A request at a server, as its trace sees it: the trace starts and ends with the request. */
export interface OpenRequest {
  /** From `performance.now()`. */
  readonly begun: number;
  /** True once the answer has left. */
  isAnswered: boolean;
  /** The outcome in the answer. */
  outcome: Outcome;
  /** Called when the answer leaves, if the trace's work had ended before. */
  onAnswer?: () => void;
}
