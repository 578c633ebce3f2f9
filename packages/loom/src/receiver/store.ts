import { assembleTrace } from './assemble.js';
import type { ReceivedScore, ReceivedSpan, ReceivedTrace } from './trace.js';

/** Where the receiver puts what it accepts. */
export interface TraceStore {
  addSpans(spans: readonly ReceivedSpan[]): void;
  addScore(score: ReceivedScore): void;
  /** All traces, the first that came first. */
  traces(): ReceivedTrace[];
  trace(id: string): ReceivedTrace | undefined;
  /** Scores that belong to a session and to no trace. */
  sessionScores(): ReceivedScore[];
}

interface Parts {
  readonly spans: Map<string, ReceivedSpan>;
  readonly scores: Map<string, ReceivedScore>;
  readonly duplicates: string[];
}

/** Keeps all in memory, for demos and tests. */
export class MemoryTraceStore implements TraceStore {
  readonly #traces = new Map<string, Parts>();
  readonly #sessionScores = new Map<string, ReceivedScore>();
  readonly #maxTraces: number;

  /** Beyond `maxTraces` the oldest are forgotten. */
  constructor(maxTraces: number = Number.POSITIVE_INFINITY) {
    this.#maxTraces = maxTraces;
  }

  addSpans(spans: readonly ReceivedSpan[]): void {
    for (const span of spans) {
      const parts = this.#parts(span.traceId);
      if (parts.spans.has(span.id)) {
        parts.duplicates.push(span.id);
      }
      parts.spans.set(span.id, span);
    }
  }

  addScore(score: ReceivedScore): void {
    if (score.traceId) {
      this.#parts(score.traceId.toLowerCase()).scores.set(score.id, score);
    } else {
      this.#sessionScores.set(score.id, score);
    }
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

  #parts(traceId: string): Parts {
    let parts = this.#traces.get(traceId);
    if (!parts) {
      parts = { spans: new Map(), scores: new Map(), duplicates: [] };
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
