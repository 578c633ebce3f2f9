import { type Parcel, send } from '../send.js';
import type { Settings } from '../settings.js';
import type { Platform } from './platform.js';

/** Spans are collected for this number of milliseconds, or up to this number, and sent in one export. */
const GATHER_MS = 1_000;
const GATHER_MAX = 100;
/** The longest delay of a signal by the last export, in milliseconds. */
const SIGNAL_GRACE = 2_000;

const gathered = new Map<Settings, Parcel>();
const inFlight = new Set<Promise<void>>();
let timer: NodeJS.Timeout | undefined;
let exitWatched = false;

/** Node: one long-lived process. Traces are sent together, and the last ones before the process ends. */
export const platform: Platform = {
  env: (name) => process.env[name],

  async deliver(parcel) {
    const { settings } = parcel;
    const waiting = gathered.get(settings) ?? { settings, spans: [], scores: [] };
    gathered.set(settings, waiting);
    waiting.spans.push(...parcel.spans);
    waiting.scores.push(...parcel.scores);
    if (waiting.spans.length + waiting.scores.length >= GATHER_MAX) sendGathered();
    else timer ??= setTimeout(sendGathered, GATHER_MS).unref();
  },

  async flush() {
    sendGathered();
    await Promise.all(inFlight);
  },

  atExit(flush) {
    if (exitWatched) return;
    exitWatched = true;
    process.on('beforeExit', () => void flush());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, async () => {
        const alone = process.listenerCount(signal) === 0;
        await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, SIGNAL_GRACE).unref())]);
        // A listener disables the default action. Without other listeners, the process must still end.
        if (alone) process.kill(process.pid, signal);
      });
    }
  },
};

function sendGathered(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const parcel of gathered.values()) {
    const work = send(parcel).then(() => void inFlight.delete(work));
    inFlight.add(work);
  }
  gathered.clear();
}
