import { useEffect, useState } from 'preact/hooks';
import type { TraceRow } from '../src/dashboard/contract.js';
import { report } from './source.js';

export type LiveState = 'report' | 'connecting' | 'live' | 'gone';

/** What has come: a trace, or null for anything else that may have changed. */
type Listener = (trace: TraceRow | null) => void;

const RETRY_MS = 2000;
const listeners = new Set<Listener>();
const watchers = new Set<(state: LiveState) => void>();
let state: LiveState = report ? 'report' : 'connecting';
let wasLive = false;

/** Listens for as long as the page is open; the browser's own retries end on some errors, so ours go on. */
export function listen(): void {
  if (report) return;
  const events = new EventSource('view/live');
  events.onopen = () => {
    become('live');
    // What came while nobody listened.
    if (wasLive) tell(null);
    wasLive = true;
  };
  events.addEventListener('trace', (event: MessageEvent<string>) => tell(JSON.parse(event.data)));
  events.addEventListener('changed', () => tell(null));
  events.onerror = () => {
    become('gone');
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  };
}

function tell(trace: TraceRow | null): void {
  for (const listener of listeners) listener(trace);
}

function become(next: LiveState): void {
  state = next;
  for (const watcher of watchers) watcher(next);
}

export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useLiveState(): LiveState {
  const [now, setNow] = useState(state);
  useEffect(() => {
    setNow(state);
    watchers.add(setNow);
    return () => void watchers.delete(setNow);
  }, []);
  return now;
}
