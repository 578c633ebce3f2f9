import type { Parameters } from '../source.js';

/** What the address may hold, and what a chip says of it where it has no field of its own. */
export const CHIPS: Readonly<Record<string, string>> = {
  session: 'Session',
  issue: 'Issue',
  atlas: 'Atlas',
  environment: 'Environment',
  day: 'Day',
};

export const FIELDS = ['q', 'tool', 'server', 'status', 'last', 'minMs', 'sort'] as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const PERIODS: Readonly<Record<string, { readonly name: string; readonly ms: number }>> = {
  '1h': { name: 'Last hour', ms: HOUR_MS },
  '24h': { name: 'Last 24 hours', ms: DAY_MS },
  '7d': { name: 'Last 7 days', ms: 7 * DAY_MS },
  '30d': { name: 'Last 30 days', ms: 30 * DAY_MS },
};

/** The filter as the server takes it. A period is counted back from now, a day is the reader's own. */
export function parametersOf(query: URLSearchParams, now: number): Parameters {
  const word = (name: string) => query.get(name) || undefined;
  const period = PERIODS[query.get('last') ?? ''];
  const day = /^\d{4}-\d\d-\d\d$/.test(query.get('day') ?? '')
    ? new Date(`${query.get('day')}T00:00:00`)
    : null;
  const nextDay = day && new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
  return {
    q: word('q'),
    tool: word('tool'),
    server: word('server'),
    status: word('status'),
    session: word('session'),
    issue: word('issue'),
    atlas: word('atlas'),
    environment: word('environment'),
    minMs: word('minMs'),
    sort: word('sort'),
    from: day ? day.getTime() : period && now - period.ms,
    to: nextDay ? nextDay.getTime() : undefined,
  };
}
