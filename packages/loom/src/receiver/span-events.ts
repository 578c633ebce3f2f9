import type { ReceivedSpan, SpanEvent } from './trace.js';

/** The span's events and those that came by themselves, in the order of time, each once. */
export function mergeEvents(span: ReceivedSpan, came: readonly SpanEvent[]): SpanEvent[] {
  const all = new Map<string, SpanEvent>();
  for (const event of [...(span.wire?.events ?? []), ...came]) {
    all.set(eventKey(event), event);
  }
  return [...all.values()].sort((a, b) => a.atMs - b.atMs);
}

/** The same event, sent twice, has the same. */
export function eventKey({ name, atMs, attributes }: SpanEvent): string {
  return JSON.stringify([name, atMs, attributes]);
}
