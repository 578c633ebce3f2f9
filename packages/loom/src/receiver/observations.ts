import type { TraceStore } from './store.js';
import type { Observation } from './trace.js';

const MAX_LIMIT = 1000;

/** `GET /api/public/v2/observations`, as far as sync asks it: by trace, in pages. */
export function observationsPage(store: TraceStore, query: URLSearchParams): unknown {
  const traceId = query.get('traceId')?.toLowerCase();
  const limit = Math.min(Number(query.get('limit') ?? 50) || 50, MAX_LIMIT);
  const from = Number(query.get('cursor') ?? 0) || 0;
  const traces = traceId ? [store.trace(traceId)] : store.traces();
  const rows = traces.flatMap((trace) =>
    trace ? flatten(trace.observations).map((observation) => core(trace.id, observation)) : [],
  );
  const page = rows.slice(from, from + limit);
  const cursor = from + limit < rows.length ? String(from + limit) : undefined;
  return { data: page, meta: cursor === undefined ? {} : { cursor } };
}

function core(traceId: string, observation: Observation): Record<string, unknown> {
  return {
    id: observation.id,
    traceId,
    type: observation.type.toUpperCase(),
    parentObservationId: observation.parentId,
    startTime: new Date(observation.startMs).toISOString(),
    endTime: new Date(observation.startMs + observation.durationMs).toISOString(),
  };
}

function flatten(observations: readonly Observation[]): Observation[] {
  return observations.flatMap((observation) => [observation, ...flatten(observation.children)]);
}
