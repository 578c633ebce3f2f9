import type { Parameters } from '../source.js';

/** The available periods, by their value in the address. */
export const SPANS = {
  '15m': '15 minutes',
  '1h': '1 hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
} as const;
export type Span = keyof typeof SPANS;
export const DEFAULT_SPAN: Span = '24h';

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** The period of every page, from its address. */
export interface ChosenTime {
  readonly last: Span | undefined;
  readonly sinceRelease: boolean;
  /** Unix ms. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export function chosenTime(query: URLSearchParams): ChosenTime {
  const from = momentOf(query.get('from'));
  const to = momentOf(query.get('to'));
  const last = Object.keys(SPANS).find((span): span is Span => span === query.get('last'));
  const isCustom = from !== undefined;
  const sinceRelease = !isCustom && query.get('since') === 'release';
  return { from, to, sinceRelease, last: isCustom || sinceRelease ? undefined : (last ?? DEFAULT_SPAN) };
}

/** As parameters for the server, without defaults. */
export function timeParameters(query: URLSearchParams): Parameters {
  const { last, sinceRelease, from, to } = chosenTime(query);
  return {
    last: last === DEFAULT_SPAN ? undefined : last,
    since: sinceRelease ? 'release' : undefined,
    from,
    to: from === undefined ? undefined : to,
  };
}

/** For lists, which show all stored data by default. */
export function listTime(query: URLSearchParams): Parameters {
  return { ...timeParameters(query), last: chosenTime(query).last };
}

/** As text: `in the last 24 hours`. */
export function timeWords(query: URLSearchParams): string {
  const { last, sinceRelease } = chosenTime(query);
  if (last) return `in the last ${SPANS[last]}`;
  return sinceRelease ? 'since the last release' : 'in this period';
}

/** Length of a span in ms. */
export function spanMs(span: Span): number {
  return Number(span.slice(0, -1)) * (UNITS[span.slice(-1)] ?? 0);
}

function momentOf(text: string | null): number | undefined {
  const at = text ? Number(text) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}
