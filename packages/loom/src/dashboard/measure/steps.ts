import type { Range } from '../contract/range.js';

/** A period in Unix ms, end exclusive. */
export type Edge = readonly [from: number, to: number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  12 * HOUR,
  DAY,
];
/** A phone can't show more points separately. */
const MAX_STEPS = 100;

/**
 * Length of a step in ms, so that the period has at most `most` steps: from a second to a day, then whole
 * days.
 */
export function stepOf({ from, to }: Range, most = MAX_STEPS): number {
  const span = to - from - 1;
  return STEPS.find((step) => span / step <= most) ?? Math.ceil(span / most / DAY) * DAY;
}

/** Start of the step that contains a moment. Steps of hours and longer follow this machine's clock. */
export function floorTo(at: number, step: number): number {
  if (step < HOUR) {
    return Math.floor(at / step) * step;
  }
  const day = new Date(at);
  const midnight = new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return midnight + Math.floor((at - midnight) / step) * step;
}

/**
 * The steps of a period. The first and the last are shorter if the period does not start or end at a full
 * step.
 */
export function edgesOf({ from, to }: Range, step = stepOf({ from, to })): Edge[] {
  const edges: Edge[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(to, after(at, step));
    edges.push([at, end]);
    at = end;
  }
  return edges;
}

/**
 * End of the step that contains a moment. A day may have 23 or 25 hours, so a step never crosses midnight.
 */
function after(at: number, step: number): number {
  if (step < HOUR) {
    return Math.floor(at / step) * step + step;
  }
  const day = new Date(at);
  const days = Math.max(1, Math.round(step / DAY));
  const midnight = new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
  return step >= DAY ? midnight : Math.min(midnight, floorTo(at, step) + step);
}

export type Piece = readonly [from: number, to: number, edge: number];

/** Each in microseconds, with its index. */
export function piecesOf(edges: readonly Edge[]): Piece[] {
  return edges.map(([from, to], edge) => [Math.round(from * 1000), Math.round(to * 1000), edge]);
}

/** The whole hours (since 1970) of each period, and the partial hours in microseconds. */
export function hoursOf(edges: readonly Edge[]): { hours: Piece[]; rest: Piece[] } {
  const hours: Piece[] = [];
  const rest: Piece[] = [];
  for (const [edge, [from, to]] of edges.entries()) {
    const first = Math.ceil(from / HOUR);
    const end = Math.floor(to / HOUR);
    const parts =
      first < end
        ? [
            [from, first * HOUR],
            [end * HOUR, to],
          ]
        : [[from, to]];
    if (first < end) {
      hours.push([first, end, edge]);
    }
    for (const [start = 0, stop = 0] of parts) {
      const piece: Piece = [Math.round(start * 1000), Math.round(stop * 1000), edge];
      if (piece[0] < piece[1]) {
        rest.push(piece);
      }
    }
  }
  return { hours, rest };
}

/** The range of all these hours, and the period of each hour (-1: none). */
export function edgeOfHours(pieces: readonly Piece[]): {
  readonly first: number;
  readonly end: number;
  readonly edgeOf: (hour: number) => number;
} {
  const first = Math.min(...pieces.map(([from]) => from));
  const end = Math.max(...pieces.map(([, to]) => to));
  const edges = new Int32Array(end - first).fill(-1);
  for (const [from, to, edge] of pieces) {
    edges.fill(edge, from - first, to - first);
  }
  return { first, end, edgeOf: (hour) => edges[hour - first] ?? -1 };
}
