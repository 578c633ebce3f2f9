import { EXIT, LoomError } from '../errors.js';
import { type Micros, parseDollars } from '../money.js';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `0.50` or `$0.50`. */
export function readAmount(text: string): Micros {
  return parseDollars(text.replace(/^\$/, ''));
}

/** `90s`, `30m`, `2h`, in ms. */
export function readSpan(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (!count || !unit) {
    throw new LoomError(`"${text}" is not a duration.`, 'Write it as 90s, 30m or 2h.', EXIT.usage);
  }
  return Number(count) * (UNITS[unit] ?? 0);
}

/** `5%` or `0.05`, 0 to 1. */
export function readShare(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent ? 100 : 1);
  if (!(share >= 0 && share <= 1)) {
    throw new LoomError(`"${text}" is no share.`, 'Write it as 5% or 0.05.', EXIT.usage);
  }
  return share;
}
