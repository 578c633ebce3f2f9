import type { Arrivals } from '../receiver/trace.js';

/** Limit of one batch, in UTF-16 units as JSON. D1 writes this in much less than its limit of 30 seconds. */
const MAX_GROUP = 2_000_000;
/** Limit of spans in one batch. */
const MAX_SPANS = 2000;

/** Splits a request into batches. Each trace is in one batch, unless it is too large for one. */
export function groupsOf(arrivals: Arrivals, maxLength = MAX_GROUP, maxSpans = MAX_SPANS): Arrivals[] {
  const groups: Piece[] = [];
  for (const piece of byTrace(arrivals)) {
    let group = groups.at(-1);
    if (!group || group.size + piece.size > maxLength || group.count + piece.count > maxSpans) {
      group = emptyPiece();
      groups.push(group);
    }
    group.spans.push(...piece.spans);
    group.patches.push(...piece.patches);
    group.scores.push(...piece.scores);
    group.events.push(...piece.events);
    group.size += piece.size;
    group.count += piece.count;
  }
  return groups.map(({ spans, patches, scores, events }) => ({ spans, patches, scores, events }));
}

interface Piece {
  readonly spans: NonNullable<Arrivals['spans']>[number][];
  readonly patches: NonNullable<Arrivals['patches']>[number][];
  readonly scores: NonNullable<Arrivals['scores']>[number][];
  readonly events: NonNullable<Arrivals['events']>[number][];
  size: number;
  count: number;
}

function emptyPiece(): Piece {
  return { spans: [], patches: [], scores: [], events: [], size: 0, count: 0 };
}

function byTrace({ spans = [], patches = [], scores = [], events = [] }: Arrivals): Piece[] {
  const pieces = new Map<string | null, Piece>();
  const pieceOf = (traceId: string | null, of: unknown): Piece => {
    const piece = pieces.get(traceId) ?? emptyPiece();
    piece.size += JSON.stringify(of).length;
    piece.count += 1;
    pieces.set(traceId, piece);
    return piece;
  };
  for (const span of spans) {
    pieceOf(span.traceId, span).spans.push(span);
  }
  for (const patch of patches) {
    pieceOf(patch.traceId, patch).patches.push(patch);
  }
  for (const event of events) {
    pieceOf(event.traceId, event).events.push(event);
  }
  for (const score of scores) {
    pieceOf(score.traceId, score).scores.push(score);
  }
  return [...pieces.values()];
}
