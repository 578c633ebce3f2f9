import type { SpanData } from '../span.js';

interface Queue {
  spans: string[];
  scores: string[];
  /** Characters of the spans. */
  chars: number;
  exports: number;
}

export const newQueue = (): Queue => ({ spans: [], scores: [], chars: 0, exports: 0 });

/** The used part of a Worker's service binding. */
export interface Fetcher {
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** A server that gets spans. */
export interface Target {
  /** The address for spans. They are sent by POST. */
  readonly url: string;
  /** The settings to check if the server rejects the keys. */
  readonly keys: string;
  /** Called for each attempt. Returns a promise if keys are bindings. */
  headers(): Record<string, string> | Promise<Record<string, string>>;
  /** The body of a request with encoded spans. */
  body(spans: string[], first: SpanData): string;
  encode(span: SpanData): string;
  /** Encoded spans and scores that wait for an export to end. */
  readonly queue: Queue;
  /** The running exports, each with its latest end in milliseconds since the epoch. */
  readonly busy: Set<{ until: number }>;
  /** The number of exports that were dropped since the last warning. */
  dropped: number;
  /** A service binding that gets the requests, instead of the network. */
  readonly via?: Fetcher | undefined;
  /** The address for scores, one request each. Without it, scores are not sent. */
  readonly scores?: string;
}
