import type { Outcome } from './outcome.js';

/** A request at a server, as its trace sees it: the trace starts and ends with the request. */
export interface OpenRequest {
  /** By `performance.now()`. */
  readonly begun: number;
  /** True once the answer has left. */
  isAnswered: boolean;
  /** How the answer says it ended. */
  outcome: Outcome;
  /** Called when the answer leaves, if the trace's own work was over before. */
  onAnswer?: () => void;
}
