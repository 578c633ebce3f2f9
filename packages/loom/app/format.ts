import type { Micros, Money } from '../src/dashboard/contract/figures.js';

const money = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD' });
const smallMoney = new Intl.NumberFormat(undefined, {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumSignificantDigits: 2,
});
const whole = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(undefined, { style: 'narrow', numeric: 'always' });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayHour = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
});
const hourMinute = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const withSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `$12.34`. Amounts below ten cents have two significant digits. */
export function dollars(micros: Micros): string {
  const value = micros / 1e6;
  return value !== 0 && Math.abs(value) < 0.1 ? smallMoney.format(value) : money.format(value);
}

/** A lower bound is marked. A missing price is shown as text and never as $0. Empty without calls. */
export function priced(micros: Micros | null, unpriced: number): string {
  if (micros === null) return unpriced > 0 ? 'no price' : '–';
  return unpriced > 0 ? `≥ ${dollars(micros)}` : dollars(micros);
}

/** The parts of a sum: `$1.20 reported`, `$0.30 calculated`, `2 calls without a price`. */
export function basis(sum: Money): string[] {
  return [
    ...(['reported', 'calculated', 'estimated'] as const)
      .filter((kind) => sum[kind] > 0)
      .map((kind) => `${dollars(sum[kind])} ${kind}`),
    ...(sum.unpriced > 0 ? [`${plural(sum.unpriced, 'call')} without a price`] : []),
  ];
}

export function count(value: number): string {
  return whole.format(value);
}

/** `1.2M`, for figures that need no exact digits. */
export function short(value: number): string {
  return value < 10_000 ? whole.format(value) : compact.format(value);
}

export function share(part: number, of: number): string {
  return of > 0 ? percent.format(part / of) : '–';
}

/** `4.2%` of a share from 0 to 1. */
export function percentText(part: number): string {
  return percent.format(part);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1) return '< 1 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(2)} s`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m ${Math.round((ms % MINUTE) / SECOND)} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${Math.round((ms % HOUR) / MINUTE)} m`;
  return `${Math.floor(ms / DAY)} d ${Math.round((ms % DAY) / HOUR)} h`;
}

export function ago(at: number, now: number): string {
  const past = Math.max(0, now - at);
  if (past < 5 * SECOND) return 'now';
  if (past < MINUTE) return relative.format(-Math.round(past / SECOND), 'second');
  if (past < HOUR) return relative.format(-Math.round(past / MINUTE), 'minute');
  if (past < DAY) return relative.format(-Math.round(past / HOUR), 'hour');
  return relative.format(-Math.round(past / DAY), 'day');
}

/** The time until a moment: `in 3d`. */
export function ahead(at: number, now: number): string {
  const rest = Math.max(0, at - now);
  if (rest < HOUR) return relative.format(Math.ceil(rest / MINUTE), 'minute');
  if (rest < DAY) return relative.format(Math.ceil(rest / HOUR), 'hour');
  return relative.format(Math.ceil(rest / DAY), 'day');
}

export function absolute(at: number): string {
  return dateTime.format(at);
}

/** The start of a step: `3 Nov`, `3 Nov, 14:00` or `14:00:30`, depending on its length. */
export function stepName(at: number, widthMs: number): string {
  return (widthMs >= DAY ? dayMonth : widthMs >= MINUTE ? dayHour : withSeconds).format(at);
}

/** The same for an axis: the day at midnight, otherwise the time. */
export function tickName(at: number, widthMs: number): string {
  const date = new Date(at);
  const isDay = widthMs >= DAY || date.getHours() + date.getMinutes() + date.getSeconds() === 0;
  return (isDay ? dayMonth : widthMs >= MINUTE ? hourMinute : withSeconds).format(at);
}
