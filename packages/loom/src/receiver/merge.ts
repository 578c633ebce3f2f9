import { rootIdOf } from './ingested-patches.js';
import type { ObservationPatch, ReceivedSpan, TraceFields } from './trace.js';

/** The observation after merging `patch`. */
export function mergePatch(known: ReceivedSpan | undefined, patch: ObservationPatch): ReceivedSpan {
  const { endMs, ...fields } = patch.said;
  const base: ReceivedSpan = known ?? {
    source: 'ingestion',
    id: patch.id,
    traceId: patch.traceId,
    // An observation without a parent is a child of its trace.
    parentId: rootIdOf(patch.traceId),
    isAppRoot: false,
    type: 'span',
    name: '(no name)',
    level: 'DEFAULT',
    statusMessage: null,
    input: undefined,
    output: undefined,
    metadata: {},
    model: null,
    modelParameters: null,
    usage: null,
    cost: null,
    startMs: fields.startMs ?? patch.at,
    durationMs: null,
    trace: { metadata: {} },
    attributes: {},
    wire: null,
    scope: null,
    resource: {},
  };
  // The client updates a trace with a new timestamp, so a start never moves later.
  const startMs = Math.min(base.startMs, fields.startMs ?? base.startMs);
  return {
    ...base,
    ...fields,
    startMs,
    durationMs: durationOf(base, startMs, endMs),
    metadata: { ...base.metadata, ...fields.metadata },
    attributes: { ...base.attributes, ...fields.attributes },
    trace: mergeTraceFields(base.trace, fields.trace),
  };
}

/** A trace has no end of its own: its latest time counts. */
function durationOf(base: ReceivedSpan, startMs: number, endMs: number | undefined): number | null {
  const before = base.durationMs === null ? undefined : base.startMs + base.durationMs;
  const end = patchedEnd(base.isAppRoot, before, endMs);
  return end === undefined ? null : Math.max(0, end - startMs);
}

function patchedEnd(
  isTrace: boolean,
  before: number | undefined,
  end: number | undefined,
): number | undefined {
  return isTrace && before !== undefined && end !== undefined ? Math.max(before, end) : (end ?? before);
}

/** The newer value is used; tags are added. */
export function mergeTraceFields(older: TraceFields, newer: TraceFields | undefined): TraceFields {
  const tags = [...new Set([...(older.tags ?? []), ...(newer?.tags ?? [])])];
  return {
    ...older,
    ...newer,
    ...(tags.length > 0 ? { tags } : {}),
    metadata: { ...older.metadata, ...newer?.metadata },
  };
}
