import { platform } from '#platform';
import type { Parcel } from './send.js';
import { failed } from './warn.js';

type Call = (final: boolean) => Promise<void>;

/** What is to be done at its time or at a flush. Only functions: nothing in here belongs to a request. */
const due = new Set<Call>();

export function deliver(pack: () => Parcel): Promise<void> {
  platform.atExit?.(() => flush(true));
  return platform.deliver(pack).catch(failed);
}

/** Calls `fn` in `ms` milliseconds, or at a flush before that. Keeps the request alive so long. Gives a cancel. */
export function later(ms: number, fn: (final: boolean) => Promise<void> | undefined): () => void {
  platform.atExit?.(() => flush(true));
  let release = () => {};
  const stop = () => {
    clearTimeout(timer);
    release();
    return due.delete(call);
  };
  const call: Call = async (final) => {
    if (!due.has(call)) return;
    const work = fn(final);
    stop();
    await work;
  };
  const timer = setTimeout(call, ms, false) as { unref?(): void } & ReturnType<typeof setTimeout>;
  timer.unref?.();
  due.add(call);
  platform.keepAlive?.(
    new Promise((resolve) => {
      release = resolve;
    }),
  );
  return stop;
}

/** Sends what has ended; with `final` it first ends what nobody runs. Resolves when it has arrived or failed. */
export async function flush(final: boolean): Promise<void> {
  await Promise.all([...due].map((call) => call(final)));
  await platform.flush?.();
}
