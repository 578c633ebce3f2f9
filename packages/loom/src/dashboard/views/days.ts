import { localDate } from '../../cost/days.js';

/** No end, in Unix ms: the year 2255, whose microseconds a number still holds exactly. */
export const FOREVER = 9e12;

export interface Day {
  /** YYYY-MM-DD in the time zone of this machine. */
  readonly date: string;
  /** Unix ms, inclusive and exclusive. */
  readonly from: number;
  readonly until: number;
}

/** The midnight that began this many local days, today being the last. */
export function startOfDays(now: number, days: number): number {
  const today = new Date(now);
  // By the calendar: a day on which the clock is moved has 23 or 25 hours, or begins at one.
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1)).getTime();
}

/** Local days, today last. */
export function lastDays(now: number, days: number): Day[] {
  return Array.from({ length: days }, (_, back) => {
    const from = startOfDays(now, days - back);
    return { date: localDate(from), from, until: startOfDays(now, days - back - 1) };
  });
}
