import { localDate } from './days.js';

/** All time zones differ from UTC by whole quarters of an hour. */
export const QUARTER_MS = 900_000;
export const HOUR_MS = 3_600_000;
/** The window in which Claude's plans count usage: it opens with the first call and closes five hours later. */
const BLOCK_MS = 5 * HOUR_MS;

export const PERIODS = ['day', 'week', 'month', 'block'] as const;
export type Period = (typeof PERIODS)[number];

/**
 * Names the period of each piece of time in this machine's time zone. Pieces are counted since 1970 and
 * sorted, and none crosses midnight. Blocks need quarters of an hour.
 */
export function periodNames(
  period: Period,
  pieces: readonly number[],
  lengthMs: number = QUARTER_MS,
): Map<number, string> {
  if (period === 'block') {
    return blockNames(pieces);
  }
  const names = new Map<number, string>();
  let name = '';
  let end = Number.NEGATIVE_INFINITY;
  for (const piece of pieces) {
    const at = piece * lengthMs;
    if (at >= end) {
      const date = localDate(at);
      name = period === 'day' ? date : period === 'month' ? date.slice(0, 7) : mondayOf(date);
      const day = new Date(at);
      end = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
    }
    names.set(piece, name);
  }
  return names;
}

/** Weeks start on Monday (ISO 8601), which also names them. */
function mondayOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

function blockNames(quarters: readonly number[]): Map<number, string> {
  const names = new Map<number, string>();
  let start = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const quarter of [...quarters].sort((a, b) => a - b)) {
    const at = quarter * QUARTER_MS;
    if (at >= start + BLOCK_MS || at - last >= BLOCK_MS) {
      start = Math.floor(at / HOUR_MS) * HOUR_MS;
    }
    last = at;
    names.set(quarter, blockName(start));
  }
  return names;
}

/** `2026-11-29 14:00` */
function blockName(start: number): string {
  return `${localDate(start)} ${new Date(start).toTimeString().slice(0, 5)}`;
}

export interface Projection {
  readonly resets_in_ms: number;
  /** Cost at the end of the block at the pace so far; null without a price or in its first minutes. */
  readonly cost_micros: number | null;
}

/** Projection of a running block; undefined after its end. */
export function projection(name: string, cost: number | null, now: number): Projection | undefined {
  const start = new Date(name.replace(' ', 'T')).getTime();
  const passed = now - start;
  if (!(passed >= 0 && passed < BLOCK_MS)) {
    return undefined;
  }
  return {
    resets_in_ms: BLOCK_MS - passed,
    cost_micros: cost === null || passed < QUARTER_MS ? null : Math.round((cost * BLOCK_MS) / passed),
  };
}
