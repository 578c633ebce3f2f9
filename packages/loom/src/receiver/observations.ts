import { timeOrUndefined } from '../json-values.js';
import { canonicalTraceId } from './limits.js';
import type { ReceivingStore } from './store.js';
import type { ReceivedSpan } from './trace.js';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 50;

/** `GET /api/public/v2/observations`, with the parameters that sync uses: trace, time and pages. */
export async function observationsPage(store: ReceivingStore, query: URLSearchParams): Promise<unknown> {
  const traceId = query.get('traceId');
  const { spans, next } = await store.observations({
    traceId: traceId === null ? undefined : canonicalTraceId(traceId),
    fromMs: timeOrUndefined(query.get('fromStartTime')) ?? Number.NEGATIVE_INFINITY,
    toMs: timeOrUndefined(query.get('toStartTime')) ?? Number.POSITIVE_INFINITY,
    after: countOr(query.get('cursor'), 0),
    limit: Math.min(countOr(query.get('limit'), DEFAULT_LIMIT), MAX_LIMIT),
  });
  return { data: spans.map(core), meta: next === undefined ? {} : { cursor: String(next) } };
}

function core(span: ReceivedSpan): Record<string, unknown> {
  return {
    id: span.id,
    traceId: span.traceId,
    type: span.type.toUpperCase(),
    name: span.name,
    parentObservationId: span.parentId,
    startTime: new Date(span.startMs).toISOString(),
    endTime: span.durationMs === null ? null : new Date(span.startMs + span.durationMs).toISOString(),
  };
}

function countOr(text: string | null, otherwise: number): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : otherwise;
}
