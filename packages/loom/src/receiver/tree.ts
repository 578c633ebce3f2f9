import { grouped } from '../grouped.js';
import type { ReceivedSpan } from './trace.js';

/** Deeper spans are placed next to the root, because code that shows a tree recurses for each level. */
const MAX_DEPTH = 200;

/**
 * Children by parent, in order of arrival. Null has the spans whose parent is missing. A cycle of parents is
 * cut at its first span.
 */
export function childrenByParent(spans: readonly ReceivedSpan[]): Map<string | null, ReceivedSpan[]> {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const depths = new Map<string, number>();
  for (const span of spans) {
    setDepths(span, byId, depths);
  }
  return grouped(spans, (span) => (depths.get(span.id) === 0 ? null : span.parentId));
}

/** Sets the depth of a span and of all its ancestors; 0 is the top. */
function setDepths(
  span: ReceivedSpan,
  byId: ReadonlyMap<string, ReceivedSpan>,
  depths: Map<string, number>,
): void {
  const path = new Set<ReceivedSpan>();
  let up: ReceivedSpan | undefined = span;
  while (up && !depths.has(up.id) && !path.has(up)) {
    path.add(up);
    up = up.parentId === null ? undefined : byId.get(up.parentId);
  }
  if (up && path.has(up)) {
    depths.set(up.id, 0);
  }
  for (const below of [...path].reverse()) {
    const above = below.parentId === null ? undefined : depths.get(below.parentId);
    if (!depths.has(below.id)) {
      depths.set(below.id, above === undefined || above >= MAX_DEPTH ? 0 : above + 1);
    }
  }
}
