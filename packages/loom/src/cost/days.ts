/** YYYY-MM-DD in the time zone of this machine. */
export function localDate(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The midnight before a time, in the time zone of this machine. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** A time as people read it: date, hour and minute, in the time zone of this machine. */
export function minute(at: number): string {
  return `${localDate(at)} ${new Date(at).toTimeString().slice(0, 5)}`;
}
