import { EXIT, LoomError } from '../errors.js';

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `7d`, `12h`, `2w`, or a date. The epoch if the text is missing. */
export function readSince(text: string | undefined, now: number): number {
  return text === undefined ? 0 : readTime(text, now);
}

/** A future day: a date, or a span from now such as 3d. */
export function readDate(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([hdw])$/.exec(text) ?? [];
  return count && unit ? now + Number(count) * (UNITS[unit] ?? 0) : readTime(text, now);
}

export function readTime(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (count && unit) {
    return now - Number(count) * (UNITS[unit] ?? 0);
  }
  // Date.parse accepts texts that are not dates ("7" is July of 2001), and reads 30 February as 2 March.
  const [, date, time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ?? [];
  const real = date !== undefined && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date);
  // A date without a time means its start in the local time zone.
  const at = real ? Date.parse(`${date}${time ?? 'T00:00:00'}`) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new LoomError(
      `"${text}" is no time.`,
      'Use a date such as 2026-11-01, or a span such as 15m, 24h or 7d.',
      EXIT.usage,
    );
  }
  return at;
}
