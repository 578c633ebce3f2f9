import { Switch } from '../parts/switch.js';
import { setQuery } from '../router.js';

const DAYS = ['7', '30', '90'] as const;
const DEFAULT = '30';

/** As the server is asked: the default goes without saying. */
export function daysOf(query: URLSearchParams): string | undefined {
  const days = query.get('days');
  return days && days !== DEFAULT && DAYS.some((known) => known === days) ? days : undefined;
}

export function DaysChoice({ query }: { query: URLSearchParams }) {
  const chosen = daysOf(query) ?? DEFAULT;
  return (
    <Switch
      label="Period"
      options={DAYS.map((days) => [days, `${days} days`])}
      chosen={chosen}
      choose={(days) => setQuery({ days: days === DEFAULT ? undefined : days })}
    />
  );
}
