import type { Micros } from '../money.js';

/** Tokens of one call. The kinds do not overlap, except that `output` includes `reasoning`. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cacheRead: number;
  /** Cache writes with a lifetime of 5 minutes, or an unknown one. */
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

export const NO_TOKENS: Tokens = {
  input: 0,
  output: 0,
  reasoning: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
};

export function totalOf(tokens: Tokens): number {
  return tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
}

/** One source's report of a call. */
export interface Witness {
  readonly source: 'transcript' | 'event' | 'result';
  /** The source's own id of the call. */
  readonly key: string;
  readonly sessionId: string;
  /** The turn, if the source has it. */
  readonly iteration: number | null;
  /** A subagent of the session. */
  readonly agentId: string | null;
  /** Null if the agent does not report it. Claude's models have more than one provider. */
  readonly provider: string | null;
  readonly model: string;
  /** The provider's own id of the request. */
  readonly requestId: string | null;
  /** Unix ms. */
  readonly at: number;
  /** Equal to or after `at`. */
  readonly endedAt: number;
  readonly durationMs: number | null;
  readonly tokens: Tokens;
  /** Whether the lifetimes of cache writes are separate. */
  readonly writesAreSplit: boolean;
  /** A service tier other than the default. */
  readonly tier: string | null;
  /** Region of the computation, if it changes the price. */
  readonly geo: string | null;
  /** Requests of the provider's own tools by name. */
  readonly tools: Readonly<Record<string, number>> | null;
  readonly reportedMicros: Micros | null;
  /** Whether the report is final. */
  readonly complete: boolean;
}
