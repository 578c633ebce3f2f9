import { assembleTrace } from './assemble.js';
import { mergePatch } from './merge.js';
import { readAgain } from './read-again.js';
import { mergeEvents } from './span-events.js';
import type { Arrivals, ReceivedScore, ReceivedSpan, ReceivedTrace, SpanEvent } from './trace.js';

/** Storage for accepted data. */
export interface TraceStore {
  /** Stores the data of one request, all or nothing. Returns the traces that it changed. */
  add(arrivals: Arrivals): Set<string>;
  /** All traces, in order of arrival. */
  traces(): ReceivedTrace[];
  trace(id: string): ReceivedTrace | undefined;
  /** Scores of a session that belong to no trace. */
  sessionScores(): ReceivedScore[];
  observations(query: ObservationQuery): ObservationPage;
}

export interface ObservationQuery {
  readonly traceId: string | undefined;
  /** Bounds of the start in Unix ms; `toMs` is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `next` of the previous page; 0 for the first. */
  readonly after: number;
  readonly limit: number;
}

/** In order of arrival. */
export interface ObservationPage {
  readonly spans: readonly ReceivedSpan[];
  readonly next: number | undefined;
}

interface Parts {
  readonly spans: Map<string, ReceivedSpan>;
  readonly scores: Map<string, ReceivedScore>;
  /** Events that arrived separately, by the span's id. */
  readonly events: Map<string, SpanEvent[]>;
  readonly duplicates: string[];
}

/** The store for the routes. It is asynchronous, because a team's server waits for its database. */
export interface ReceivingStore {
  add(arrivals: Arrivals): Set<string> | Promise<Set<string>>;
  observations(query: ObservationQuery): ObservationPage | Promise<ObservationPage>;
}

/** Keeps all data in memory, for demos and tests. */
export class MemoryTraceStore implements TraceStore {
  readonly #traces = new Map<string, Parts>();
  readonly #sessionScores = new Map<string, ReceivedScore>();
  readonly #maxTraces: number;

  /** If there are more than `maxTraces`, the oldest are removed. */
  constructor(maxTraces: number = Number.POSITIVE_INFINITY) {
    this.#maxTraces = maxTraces;
  }

  add({ spans = [], patches = [], scores = [], events = [] }: Arrivals): Set<string> {
    const grown = new Set<string>();
    for (const span of spans) {
      const parts = this.#parts(span.traceId);
      if (parts.spans.has(span.id)) {
        parts.duplicates.push(span.id);
      }
      const arrived = parts.events.get(span.id);
      parts.spans.set(span.id, arrived ? readAgain(span, mergeEvents(span, arrived)) : span);
      grown.add(span.traceId);
    }
    for (const { traceId, spanId, event } of events) {
      const parts = this.#parts(traceId);
      parts.events.set(spanId, [...(parts.events.get(spanId) ?? []), event]);
      const span = parts.spans.get(spanId);
      if (span) {
        parts.spans.set(spanId, readAgain(span, mergeEvents(span, [event])));
        grown.add(traceId);
      }
    }
    for (const patch of patches) {
      const parts = this.#parts(patch.traceId);
      parts.spans.set(patch.id, mergePatch(parts.spans.get(patch.id), patch));
      grown.add(patch.traceId);
    }
    for (const score of scores) {
      if (score.traceId === null) {
        this.#sessionScores.set(score.id, score);
      } else {
        this.#parts(score.traceId).scores.set(score.id, score);
        grown.add(score.traceId);
      }
    }
    return grown;
  }

  traces(): ReceivedTrace[] {
    return [...this.#traces]
      .filter(([, parts]) => parts.spans.size > 0)
      .map(([id, parts]) => view(id, parts));
  }

  trace(id: string): ReceivedTrace | undefined {
    const parts = this.#traces.get(id);
    return parts && parts.spans.size > 0 ? view(id, parts) : undefined;
  }

  sessionScores(): ReceivedScore[] {
    return [...this.#sessionScores.values()];
  }

  observations({ traceId, fromMs, toMs, after, limit }: ObservationQuery): ObservationPage {
    const parts = traceId === undefined ? [...this.#traces.values()] : [this.#traces.get(traceId)];
    const all = parts.flatMap((of) => [...(of?.spans.values() ?? [])]);
    const inRange = all.filter((span) => span.startMs >= fromMs && span.startMs < toMs);
    const end = after + limit;
    return { spans: inRange.slice(after, end), next: end < inRange.length ? end : undefined };
  }

  #parts(traceId: string): Parts {
    let parts = this.#traces.get(traceId);
    if (!parts) {
      parts = { spans: new Map(), scores: new Map(), events: new Map(), duplicates: [] };
      this.#traces.set(traceId, parts);
      const [oldest] = this.#traces.keys();
      if (this.#traces.size > this.#maxTraces && oldest !== undefined) {
        this.#traces.delete(oldest);
      }
    }
    return parts;
  }
}

function view(id: string, parts: Parts): ReceivedTrace {
  return assembleTrace(id, {
    spans: [...parts.spans.values()],
    scores: [...parts.scores.values()],
    duplicates: parts.duplicates,
  });
}
