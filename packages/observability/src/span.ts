import type { Level, ObservationType } from './types.js';

export type Plain = string | number | boolean;

/** Fields of the whole trace, copied to each of its spans. Masked and cut. */
export interface TraceData {
  readonly traceId: string;
  /** `name`, `userId`, `sessionId`, `version`, `environment`, `release`; `tags` is a list. */
  readonly fields: Record<string, string | readonly string[]>;
  /** The root's metadata, which is also the trace's. */
  readonly metadata: Record<string, Plain>;
}

/**
 * An observation that waits to be sent. It is already masked, and each target encodes it in its own format.
 */
export interface SpanData {
  readonly trace: TraceData;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly isRoot: boolean;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Milliseconds since the epoch; 0 while it runs. */
  stop: number;
  /** By our names (`input`, `output`, `model`, …). Values that are not strings are JSON. */
  readonly fields: Record<string, string> & { type?: ObservationType; level?: Level };
  readonly metadata: Record<string, Plain>;
}
