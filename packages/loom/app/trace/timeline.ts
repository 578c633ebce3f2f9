import type { PlatformSpan } from '../../src/dashboard/contract/platform.js';
import type { ObservationView } from '../../src/dashboard/contract/trace.js';
import type { IconName } from '../parts/icon.js';

export type Layer = 'ours' | 'generation' | 'platform';

/** One row of the waterfall. */
export interface TimelineSpan {
  readonly key: string;
  readonly name: string;
  /** Such as `generation`, `fetch` or `d1`. */
  readonly kind: string;
  readonly layer: Layer;
  readonly icon: IconName;
  readonly depth: number;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly failed: boolean;
  readonly observation: ObservationView | null;
  readonly platform: PlatformSpan | null;
}

type FlatSpan = Omit<TimelineSpan, 'depth'> & { readonly id: string; readonly parentId: string | null };

const KINDS: Readonly<Record<PlatformSpan['kind'], { readonly name: string; readonly icon: IconName }>> = {
  fetch: { name: 'fetch', icon: 'fetch' },
  d1: { name: 'D1', icon: 'd1' },
  kv: { name: 'KV', icon: 'kv' },
  r2: { name: 'R2', icon: 'r2' },
  durable_object: { name: 'Durable Object', icon: 'durable_object' },
  request: { name: 'request', icon: 'request' },
  other: { name: 'platform', icon: 'other' },
};

/**
 * All layers on one axis: parents before children, siblings by start, the platform's own tree last. A span
 * with an unknown parent is at the top level.
 */
export function timeline(
  observations: readonly ObservationView[],
  platform: readonly PlatformSpan[],
): TimelineSpan[] {
  const flat = [...observations.map(fromObservation), ...platform.map(fromPlatform)];
  const ids = new Set(flat.map(({ id }) => id));
  const children = new Map<string | null, FlatSpan[]>();
  for (const span of flat) {
    const parent =
      span.parentId !== null && ids.has(span.parentId) && span.parentId !== span.id ? span.parentId : null;
    const siblings = children.get(parent);
    siblings ? siblings.push(span) : children.set(parent, [span]);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => a.startedAt - b.startedAt);

  const lines: TimelineSpan[] = [];
  const seen = new Set<FlatSpan>();
  const visit = (roots: readonly FlatSpan[]) => {
    // Iterative, because a hostile trace may be ten thousand levels deep.
    const stack = roots.map((span) => ({ span, depth: 0 })).reverse();
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { span, depth } = next;
      if (seen.has(span)) continue;
      seen.add(span);
      lines.push({ ...span, depth });
      for (const child of (children.get(span.id) ?? []).toReversed())
        stack.push({ span: child, depth: depth + 1 });
    }
  };
  const roots = children.get(null) ?? [];
  const isPlatform = ({ layer }: FlatSpan) => layer === 'platform';
  // The tool's spans first. The platform's may start earlier, with the request.
  visit([...roots.filter((root) => !isPlatform(root)), ...roots.filter(isPlatform)]);
  visit(flat.filter((span) => !seen.has(span))); // parents in a circle
  return lines;
}

function fromObservation(observation: ObservationView): FlatSpan {
  const isGeneration = observation.model !== null || observation.type.toLowerCase() === 'generation';
  return {
    id: observation.id,
    key: `o:${observation.id}`,
    parentId: observation.parentId,
    name: observation.name,
    kind: observation.type.toLowerCase(),
    layer: isGeneration ? 'generation' : 'ours',
    icon: isGeneration ? 'generation' : observation.parentId === null ? 'trace' : 'span',
    startedAt: observation.startedAt,
    durationMs: observation.durationMs,
    failed: observation.level === 'ERROR',
    observation,
    platform: null,
  };
}

function fromPlatform(span: PlatformSpan): FlatSpan {
  const { name, icon } = KINDS[span.kind] ?? KINDS.other;
  return {
    id: span.id,
    key: `p:${span.id}`,
    parentId: span.parentId,
    name: span.name,
    kind: name,
    layer: 'platform',
    icon,
    startedAt: span.startedAt,
    durationMs: span.durationMs,
    failed: span.error !== null,
    observation: null,
    platform: span,
  };
}

export interface Axis {
  readonly from: number;
  readonly ms: number;
}

export function axisOf(spans: readonly TimelineSpan[]): Axis {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startedAt, durationMs } of spans) {
    from = Math.min(from, startedAt);
    to = Math.max(to, startedAt + (durationMs ?? 0));
  }
  return { from, ms: Math.max(to - from, 0.001) };
}
