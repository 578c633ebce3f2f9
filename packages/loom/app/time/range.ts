import type { Parameters } from '../source.js';

/** Spans that are offered, by the words of the address. */
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

/** The time that every page is about, as its address says. */
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

/** As the server takes it; the default is left out. */
export function timeParameters(query: URLSearchParams): Parameters {
  const { last, sinceRelease, from, to } = chosenTime(query);
  return {
    last: last === DEFAULT_SPAN ? undefined : last,
    since: sinceRelease ? 'release' : undefined,
    from,
    to: from === undefined ? undefined : to,
  };
}

/** The same for lists, whose default is all that is kept. */
export function listTime(query: URLSearchParams): Parameters {
  return { ...timeParameters(query), last: chosenTime(query).last };
}

/** In words: `in the last 24 hours`. */
export function timeWords(query: URLSearchParams): string {
  const { last, sinceRelease } = chosenTime(query);
  if (last) return `in the last ${SPANS[last]}`;
  return sinceRelease ? 'since the last release' : 'in this time';
}

/** Length of a span in ms. */
export function spanMs(span: Span): number {
  return Number(span.slice(0, -1)) * (UNITS[span.slice(-1)] ?? 0);
}

function momentOf(text: string | null): number | undefined {
  const at = text ? Number(text) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}
