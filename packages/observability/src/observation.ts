import type { Plain } from './span.js';

/** An observation before it is sent. It is masked, and values that are not strings are JSON. */
export interface Observation {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  name: string;
  /** `type`, `input`, `output`, `level`, `statusMessage`, `model`, `usage`, … */
  fields: Record<string, string>;
  metadata: Record<string, Plain>;
  /**
   * Fields of the whole trace: `name`, `userId`, `sessionId`, `tags`, … Each observation has its own copy.
   */
  trace: Record<string, string | readonly string[]>;
}

/** May change the observation or return another. `null` or `false` drops it. */
export type BeforeSend = (observation: Observation) => Answer | Promise<Answer>;
// biome-ignore lint/suspicious/noConfusingVoidType: a function that only changes what it is given returns nothing
type Answer = Observation | null | false | undefined | void;
