import type { SpanData } from '../span.js';

interface Queue {
  spans: string[];
  scores: string[];
  /** Characters of the spans. */
  chars: number;
  exports: number;
}

export const newQueue = (): Queue => ({ spans: [], scores: [], chars: 0, exports: 0 });

/** What of a service binding of Workers is used. */
export interface Fetcher {
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** A place that spans are sent to. */
export interface Target {
  /** Where spans go, by POST. */
  readonly url: string;
  /** Next step if the server rejects the keys. */
  readonly keys: string;
  /** Read again at each attempt: keys may be bindings, which are awaited. */
  headers(): Record<string, string> | Promise<Record<string, string>>;
  /** The body of a request with these spans, each as `encode` gives it. */
  body(spans: string[], first: SpanData): string;
  encode(span: SpanData): string;
  /** Encoded, and waiting for a place among `busy`. */
  readonly queue: Queue;
  /** When each export that is under way is over at the latest, in milliseconds since the epoch. */
  readonly busy: Set<{ until: number }>;
  /** Exports that were dropped since the last report. */
  dropped: number;
  /** A service binding that takes the requests, in place of the network. */
  readonly via?: Fetcher | undefined;
  /** Where scores go, one by one. Without it they stay here. */
  readonly scores?: string;
}
