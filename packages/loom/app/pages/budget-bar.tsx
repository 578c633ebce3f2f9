import type { BudgetRow } from '../../src/dashboard/contract/budgets.js';
import { dollars, duration, plural, share } from '../format.js';
import { Status } from '../parts/text.js';
import { href } from '../router.js';

/** The spent part of a limit, with a forecast at the current pace. */
export function BudgetBar({ budget }: { budget: BudgetRow }) {
  const { limit, spent, forecast, unpriced, state } = budget;
  const full = Math.max(limit, spent, forecast ?? 0, 1);
  const label = `${unpriced > 0 ? 'at least ' : ''}${dollars(spent)} of ${dollars(limit)} spent`;
  return (
    <div class={`budget ${state}`}>
      <p>
        <Scope budget={budget} />
        <Status of={state} word={state === 'ok' ? 'within' : state === 'warn' ? 'near its limit' : 'over'} />
        <span class="budget-sum">
          <b>
            {unpriced > 0 && '≥ '}
            {dollars(spent)}
          </b>{' '}
          of {dollars(limit)}{' '}
          <span class="faint">
            {unpriced > 0 && '≥ '}
            {share(spent, limit)}
          </span>
        </span>
      </p>
      <div class="meter" role="img" aria-label={label}>
        <span class="spent" style={{ width: `${(spent / full) * 100}%` }} />
        {forecast !== null && forecast > spent && (
          <span
            class="forecast"
            style={{ left: `${(spent / full) * 100}%`, width: `${((forecast - spent) / full) * 100}%` }}
          />
        )}
        <span class="limit" style={{ left: `${(limit / full) * 100}%` }} />
      </div>
      <p class="faint">{budgetNotes(budget)}</p>
    </div>
  );
}

function Scope({ budget: { scope, of } }: { budget: BudgetRow }) {
  const text = `${scope === 'day' ? 'Today' : scope === 'agent' ? 'Agent today' : scope === 'session' ? 'Session' : 'Issue'}`;
  if (scope === 'day' || scope === 'agent') return <span class="name">{text}</span>;
  const to = scope === 'session' ? href(['sessions', of]) : href(['sessions'], { issue: of });
  return (
    <a class="name" href={to} data-row>
      {text} {of}
    </a>
  );
}

function budgetNotes({ perHour, reachedInMs, forecast, stops, unpriced }: BudgetRow): string {
  const parts = [perHour > 0 ? `${dollars(perHour)} in the last hour` : 'nothing spent in the last hour'];
  if (reachedInMs !== null) parts.push(`limit in ${duration(reachedInMs)} at this pace`);
  if (forecast !== null) parts.push(`${dollars(forecast)} by the end of the day`);
  if (unpriced > 0) parts.push(`${plural(unpriced, 'call')} without a price`);
  parts.push(stops ? 'stops work at the limit' : 'warns only');
  return parts.join(' · ');
}
