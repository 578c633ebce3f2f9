import { platform } from '#platform';
import type { Parcel } from './send.js';
import { failed } from './warn.js';

type Call = (final: boolean) => Promise<void>;

/** Milliseconds by which a timer may be late. A Worker gives work after the answer no longer than this. */
const LATE = 30_000;

/** Work for a later time or a flush, and when its time is over. */
const due = new Map<Call, number>();

export function deliver(parcel: Parcel): Promise<void> {
  platform.atExit?.(() => flush(true));
  return platform.deliver(parcel).catch(failed);
}

/** Calls `fn` in `ms` milliseconds, or at a flush before that. Keeps the request alive so long. Gives a cancel. */
export function later(ms: number, fn: (final: boolean) => Promise<void> | undefined): () => void {
  platform.atExit?.(() => flush(true));
  const now = Date.now();
  // A request that was cut off took its timers with it. Its records are sent with this one.
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
 * Sends ended spans; with `final` it first ends those that are not running. Resolves when it has arrived or
 * failed.
 */
export async function flush(final: boolean): Promise<void> {
  // A trace that was started just now is on the list a turn later.
  await undefined;
  await Promise.all([...due.keys()].map((call) => call(final)));
  await platform.flush?.();
}
