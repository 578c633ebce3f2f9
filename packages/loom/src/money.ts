import { EXIT, LoomError } from './errors.js';

/** Money is integer micro-USD everywhere; 1 USD = 1,000,000. */
export type Micros = number;

/** Maximum amount. Sums of such amounts are still exact integers. */
const MOST_DOLLARS = 1e9;

/** Dollars from another program's JSON; an invalid amount counts as missing. */
export function dollarsOrNull(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= MOST_DOLLARS ? value : null;
}

export function dollarsToMicros(dollars: number): Micros {
  return Math.round(dollars * 1e6);
}

/** `$12.34`; four digits below ten cents. `?` is an unknown amount, never $0. */
export function formatMicros(micros: Micros | null | undefined): string {
  if (micros === null || micros === undefined) {
    return '?';
  }
  const dollars = micros / 1e6;
  return `$${dollars.toFixed(dollars !== 0 && Math.abs(dollars) < 0.1 ? 4 : 2)}`;
}

/** Reads `5`, `$5` or `5.25` from a command line. */
export function parseDollars(text: string | number): Micros {
  const dollars = Number(String(text).replace(/^\$/, ''));
  const micros = dollarsToMicros(dollars);
  if (!(micros > 0 && dollars <= MOST_DOLLARS)) {
    throw new LoomError(
      `"${text}" is not an amount of money.`,
      'Use US dollars, such as 5 or 2.50.',
      EXIT.usage,
    );
  }
  return micros;
}
