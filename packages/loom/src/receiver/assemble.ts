import type { Observation, ReceivedScore, ReceivedSpan, ReceivedTrace } from './trace.js';

/** Everything that has come for one trace id, in the order it came. */
export interface TraceParts {
  readonly spans: readonly ReceivedSpan[];
  readonly scores: readonly ReceivedScore[];
  readonly duplicates: readonly string[];
}

/** Builds the tree. Spans whose parent has not come stand beside the root, so nothing is hidden. */
export function assembleTrace(id: string, parts: TraceParts): ReceivedTrace {
  const byId = new Map(parts.spans.map((span) => [span.id, span]));
  const cut = new Set<string>();
  const childrenOf = new Map<string | null, ReceivedSpan[]>();
  for (const span of parts.spans) {
    const parent = parentIn(byId, cut, span);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), span]);
  }
  const tops = (childrenOf.get(null) ?? []).sort(byStart);
  const rootSpan = tops.find((span) => span.isAppRoot) ?? tops.find((span) => span.parentId === null);
  const observe = ({ trace: _, ...span }: ReceivedSpan): Observation => ({
    ...span,
    children: (childrenOf.get(span.id) ?? []).sort(byStart).map(observe),
  });
  const ordered = rootSpan ? [rootSpan, ...tops.filter((span) => span !== rootSpan)] : tops;
  // The root knows best what its trace is called and whose it is; the others repeat it.
  const sayers = rootSpan ? [rootSpan, ...parts.spans] : parts.spans;
  const said = <K extends keyof ReceivedSpan['trace']>(key: K) =>
    sayers.find((span) => span.trace[key] !== undefined)?.trace[key];
  const start = rootSpan?.startMs ?? Math.min(...parts.spans.map((span) => span.startMs));
  const end = Math.max(...parts.spans.map((span) => span.startMs + span.durationMs));
  const observations = ordered.map(observe);
  return {
    id,
    name: said('name') ?? rootSpan?.name ?? parts.spans[0]?.name ?? '(no name)',
    input: rootSpan?.input ?? said('input'),
    output: rootSpan?.output ?? said('output'),
    level: rootSpan?.level ?? 'DEFAULT',
    statusMessage: rootSpan?.statusMessage ?? null,
    sessionId: said('sessionId') ?? null,
    userId: said('userId') ?? null,
    tags: said('tags') ?? [],
    metadata: Object.assign({}, ...sayers.map((span) => span.trace.metadata), rootSpan?.metadata),
    environment: said('environment') ?? null,
    release: said('release') ?? null,
    startMs: Number.isFinite(start) ? start : 0,
    durationMs: rootSpan?.durationMs ?? (Number.isFinite(end - start) ? end - start : 0),
    root: rootSpan ? (observations[0] ?? null) : null,
    observations,
    scores: parts.scores,
    duplicates: parts.duplicates,
  };
}

/** The parent that has come, unless following parents leads back here: such a ring is cut at its first span. */
function parentIn(byId: Map<string, ReceivedSpan>, cut: Set<string>, span: ReceivedSpan): string | null {
  const seen = new Set<string>();
  let up: ReceivedSpan | undefined = span;
  while (up?.parentId && !cut.has(up.id) && !seen.has(up.id)) {
    seen.add(up.id);
    up = byId.get(up.parentId);
    if (up === span) {
      cut.add(span.id);
    }
  }
  return span.parentId !== null && byId.has(span.parentId) && !cut.has(span.id) ? span.parentId : null;
}

function byStart(a: ReceivedSpan, b: ReceivedSpan): number {
  return a.startMs - b.startMs;
}
