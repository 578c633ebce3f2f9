import type { ComponentChildren } from 'preact';
import type { Micros, Money } from '../../src/dashboard/contract/figures.js';
import { absolute, ago, basis, duration, plural, priced, share } from '../format.js';
import { useNow } from '../now.js';
import { Icon, type IconName } from './icon.js';

export function Time({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at)}>
      {ago(at, now)}
    </time>
  );
}

/** A sum, followed by its parts. */
export function Cost({ of }: { of: Money }) {
  return <Price micros={of.micros} unpriced={of.unpriced} title={basis(of).join(' · ')} />;
}

interface PriceProps {
  readonly micros: Micros | null;
  readonly unpriced: number;
  readonly title?: string;
}

export function Price({ micros, unpriced, title }: PriceProps) {
  const why = title || (unpriced > 0 ? `${plural(unpriced, 'call')} without a price` : '');
  return (
    <span
      class={micros !== null ? undefined : unpriced > 0 ? 'faint' : 'faint none'}
      title={why || undefined}
    >
      {priced(micros, unpriced)}
    </span>
  );
}

/** From this share on, failures are highlighted. */
const MANY_ERRORS = 0.05;

export function Errors({ errors, calls }: { errors: number; calls: number }) {
  if (errors === 0) return <span class="faint">{share(0, calls)}</span>;
  return (
    <span
      class={errors / calls >= MANY_ERRORS ? 'bad' : undefined}
      title={`${plural(errors, 'error')} in ${plural(calls, 'call')}`}
    >
      {share(errors, calls)}
    </span>
  );
}

/** Explains durations of zero. Shown if the value has no other explanation. */
const CLOCK = 'A Worker’s clock stops between I/O, so work without I/O takes no measured time.';

export function Elapsed({ ms }: { ms: number | null }) {
  return ms !== null && ms < 1 ? (
    <span title={CLOCK}>
      &lt; 1 ms <span class="faint">(a Worker’s clock advances only with I/O)</span>
    </span>
  ) : (
    <Duration ms={ms} />
  );
}

export function Duration({ ms }: { ms: number | null }) {
  return <span class={ms === null ? 'faint none' : undefined}>{duration(ms)}</span>;
}

type Tone = 'good' | 'bad' | 'warn' | 'calm';

const STATES: Readonly<Record<string, { readonly icon: IconName; readonly tone: Tone }>> = {
  running: { icon: 'running', tone: 'good' },
  paused: { icon: 'paused', tone: 'calm' },
  complete: { icon: 'ok', tone: 'calm' },
  completed: { icon: 'ok', tone: 'calm' },
  done: { icon: 'ok', tone: 'calm' },
  in_progress: { icon: 'running', tone: 'good' },
  blocked: { icon: 'warn', tone: 'warn' },
  stuck: { icon: 'warn', tone: 'warn' },
  interrupted: { icon: 'warn', tone: 'warn' },
  budget_exhausted: { icon: 'budgets', tone: 'bad' },
  error: { icon: 'error', tone: 'bad' },
  cancelled: { icon: 'close', tone: 'calm' },
  ok: { icon: 'ok', tone: 'calm' },
  warn: { icon: 'warn', tone: 'warn' },
  over: { icon: 'error', tone: 'bad' },
};

/** A state as an icon and a word, so that colour is not the only sign. */
export function Status({ of, word }: { of: string; word?: string }) {
  const { icon, tone } = STATES[of] ?? { icon: 'other', tone: 'calm' };
  return (
    <span class={`status ${tone}`}>
      <Icon name={icon} />
      {word ?? of.replaceAll('_', ' ')}
    </span>
  );
}

/** Names and values in two columns, without those that are null. */
export function Facts({ items }: { items: readonly (readonly [string, ComponentChildren])[] }) {
  const known = items.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A bar for a figure's share of the largest in its column. The figure is next to it. */
export function ShareBar({ share: part }: { share: number }) {
  return (
    <span class="inline-bar" aria-hidden="true">
      <span style={{ width: `${part * 100}%` }} />
    </span>
  );
}
