import { useEffect, useRef, useState } from 'preact/hooks';
import type { TraceRow } from '../src/dashboard/contract/traces.js';
import type { Views } from '../src/dashboard/contract/views.js';
import { onLive } from './live.js';
import { addressOf, type Parameters, read, report, SourceError } from './source.js';

export interface Answer<T> {
  readonly data: T | null;
  readonly error: SourceError | null;
}

/** An answer and its address. */
interface AddressedAnswer<T> extends Answer<T> {
  readonly address: string;
}

export interface ViewOptions {
  readonly id?: string | undefined;
  readonly parameters?: Parameters;
  /** Maximum interval between requests, for data that changes with the clock. */
  readonly everyMs?: number;
  /** Events that make the answer stale; all events by default. */
  readonly isStale?: (trace: TraceRow | null) => boolean;
}

const KEPT = 60;
/** Delay after the first event, and minimum interval after that. */
const SETTLE_MS = 150;
const PAUSE_MS = 1500;
const answers = new Map<string, unknown>();

/** The answer of a view: first the cached one, then the current one, and again after each change. */
export function useView<K extends keyof Views>(view: K, options: ViewOptions = {}): Answer<Views[K]> {
  const address = addressOf(view, options.id, options.parameters);
  const [answer, setAnswer] = useState(() => lastSeen<K>(address));
  const isStale = useRef(options.isStale);
  isStale.current = options.isStale;
  const { everyMs } = options;

  useEffect(() => {
    const abort = new AbortController();
    let timer: number | undefined;
    let askedAt = 0;
    const ask = async () => {
      timer = undefined;
      askedAt = Date.now();
      try {
        const data = await read<K>(address, abort.signal);
        if (abort.signal.aborted) return;
        remember(address, data);
        setAnswer({ address, data, error: null });
      } catch (error) {
        if (abort.signal.aborted) return;
        const reason = error instanceof SourceError ? error : new SourceError(String(error), false);
        setAnswer((last) => ({ ...(last.address === address ? last : lastSeen<K>(address)), error: reason }));
      }
    };
    void ask();
    const again = everyMs === undefined || report ? undefined : setInterval(ask, everyMs);
    const stop = onLive((trace) => {
      if (timer !== undefined || isStale.current?.(trace) === false) return;
      timer = setTimeout(ask, Math.max(SETTLE_MS, askedAt + PAUSE_MS - Date.now()));
    });
    return () => {
      abort.abort();
      clearTimeout(timer);
      clearInterval(again);
      stop();
    };
  }, [address, everyMs]);

  // After a change of the address, the old answer is not shown.
  return answer.address === address ? answer : lastSeen<K>(address);
}

function lastSeen<K extends keyof Views>(address: string): AddressedAnswer<Views[K]> {
  return { address, data: (answers.get(address) as Views[K]) ?? null, error: null };
}

function remember(address: string, data: unknown): void {
  answers.delete(address);
  answers.set(address, data);
  const oldest = answers.keys().next().value;
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
}
