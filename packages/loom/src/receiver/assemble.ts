import type { Observation, ReceivedScore, ReceivedSpan, ReceivedTrace } from './trace.js';
import { childrenByParent } from './tree.js';

/** All data of one trace id, in order of arrival. */
export interface TraceParts {
  readonly spans: readonly ReceivedSpan[];
  readonly scores: readonly ReceivedScore[];
  readonly duplicates: readonly string[];
}

/** Builds the tree. Spans with a missing parent are placed next to the root, so nothing is hidden. */
export function assembleTrace(id: string, parts: TraceParts): ReceivedTrace {
  const children = childrenByParent(parts.spans);
  const tops = (children.get(null) ?? []).sort(byStart);
  const rootSpan = tops.find((span) => span.isAppRoot) ?? tops.find((span) => span.parentId === null);
  const observe = ({ trace: _, ...span }: ReceivedSpan): Observation => ({
    ...span,
    children: (children.get(span.id) ?? []).sort(byStart).map(observe),
  });
  const ordered = rootSpan ? [rootSpan, ...tops.filter((span) => span !== rootSpan)] : tops;
  // The root has priority for the fields of the trace. Other spans repeat them.
  const spansInOrder = rootSpan ? [rootSpan, ...parts.spans] : parts.spans;
  const firstValue = <K extends keyof ReceivedSpan['trace']>(key: K) =>
    spansInOrder.find((span) => span.trace[key] !== undefined)?.trace[key];
  const observations = ordered.map(observe);
  return {
    id,
    name: firstValue('name') ?? rootSpan?.name ?? parts.spans[0]?.name ?? '(no name)',
    input: rootSpan?.input ?? firstValue('input'),
    output: rootSpan?.output ?? firstValue('output'),
    level: rootSpan?.level ?? 'DEFAULT',
    statusMessage: rootSpan?.statusMessage ?? null,
    sessionId: firstValue('sessionId') ?? null,
    userId: firstValue('userId') ?? null,
    tags: firstValue('tags') ?? [],
    metadata: {
      ...spansInOrder.reduceRight((all, span) => Object.assign(all, span.trace.metadata), emptyRecord()),
      ...rootSpan?.metadata,
    },
    environment: firstValue('environment') ?? null,
    release: firstValue('release') ?? null,
    version: firstValue('version') ?? null,
    ...spanOfTime(rootSpan, parts.spans),
    root: rootSpan ? (observations[0] ?? null) : null,
    observations,
    scores: parts.scores,
    duplicates: parts.duplicates,
  };
}

/** The root's times. A trace of the ingestion API lasts until its last observation ends. */
function spanOfTime(
  root: ReceivedSpan | undefined,
  spans: readonly ReceivedSpan[],
): { startMs: number; durationMs: number } {
  if (root?.source === 'otlp' && root.durationMs !== null) {
    return { startMs: root.startMs, durationMs: root.durationMs };
  }
  const first = spans.reduce((earliest, span) => Math.min(earliest, span.startMs), Number.POSITIVE_INFINITY);
  const startMs = root?.startMs ?? (spans.length > 0 ? first : 0);
  const end = spans.reduce(
    (latest, span) => Math.max(latest, span.startMs + (span.durationMs ?? 0)),
    startMs,
  );
  return { startMs, durationMs: end - startMs };
}

/** An object that can safely have a key named `__proto__`. */
function emptyRecord(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

function byStart(a: ReceivedSpan, b: ReceivedSpan): number {
  return a.startMs - b.startMs;
}
