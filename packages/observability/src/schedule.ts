import { platform } from '#platform';
import type { Parcel } from './send.js';
import { failed } from './warn.js';

type Call = (final: boolean) => Promise<void>;

/** The longest delay of a timer, in milliseconds. A Worker's work after the response ends after this time. */
const LATE = 30_000;

/** Scheduled work → the time when it is too late, in milliseconds since the epoch. */
const due = new Map<Call, number>();

export function deliver(parcel: Parcel): Promise<void> {
  platform.atExit?.(() => flush(true));
  return platform.deliver(parcel).catch(failed);
}

/**
 * Calls `fn` after `ms` milliseconds, or at an earlier flush. Keeps the request alive until then.
 * @returns a function that cancels the call
 */
export function later(ms: number, fn: (final: boolean) => Promise<void> | undefined): () => void {
  platform.atExit?.(() => flush(true));
  const now = Date.now();
  // When a request is cut off, its timers never fire. Its spans are sent now.
  for (const [call, end] of due) {
    if (end > now) break;
    void call(true);
  }
  let release = () => {};
  let isOver = false;
  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    release();
    due.delete(call);
  };
  const call: Call = async (final) => {
    if (isOver) return;
    const work = fn(final);
    stop();
    await work;
  };
  const timer = setTimeout(call, ms, false) as { unref?(): void } & ReturnType<typeof setTimeout>;
  timer.unref?.();
  due.set(call, now + ms + LATE);
  platform.keepAlive?.(
    new Promise((resolve) => {
      release = resolve;
    }),
  );
  return stop;
}

/**
 * Sends all ended spans. With `final`, it first ends traces that are not inside a `run` call. Resolves when they were
 * delivered or dropped.
 */
export async function flush(final: boolean): Promise<void> {
  // A new trace is scheduled one microtask later.
  await undefined;
  await Promise.all([...due.keys()].map((call) => call(final)));
  await platform.flush?.();
}
