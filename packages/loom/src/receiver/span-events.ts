import type { ReceivedSpan, SpanEvent } from './trace.js';

/** The span's own events and those that arrived separately, sorted by time, without duplicates. */
export function mergeEvents(span: ReceivedSpan, arrived: readonly SpanEvent[]): SpanEvent[] {
  const all = new Map<string, SpanEvent>();
  for (const event of [...(span.wire?.events ?? []), ...arrived]) {
    all.set(eventKey(event), event);
  }
  return [...all.values()].sort((a, b) => a.atMs - b.atMs);
}

/** Equal for two copies of the same event. */
export function eventKey({ name, atMs, attributes }: SpanEvent): string {
  return JSON.stringify([name, atMs, attributes]);
}
