import { useEffect, useState } from 'preact/hooks';
import type { TraceRow } from '../src/dashboard/contract/traces.js';
import { report } from './source.js';

export type LiveState = 'report' | 'connecting' | 'live' | 'gone';

/** Receives a new or changed trace, or null for any other change. */
type Listener = (trace: TraceRow | null) => void;

const RETRY_MS = 2000;
const BEAT_MS = 30_000;
const listeners = new Set<Listener>();
const watchers = new Set<(state: LiveState) => void>();
let state: LiveState = report ? 'report' : 'connecting';
let wasLive = false;

/** Closes the current connection. */
let end: (() => void) | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

/**
 * Listens while the page is visible, because a browser opens only six connections to a server for all tabs.
 */
export function startLive(): void {
  if (report) return;
  // The team server adds this tag if it has a Durable Object.
  const says = document.querySelector<HTMLMetaElement>('meta[name="loom-live"]')?.content;
  const listen = says === 'socket' ? listenBySocket : listenToEvents;
  const turn = () => (document.hidden ? stop() : listen());
  document.addEventListener('visibilitychange', turn);
  turn();
}

function stop(): void {
  clearTimeout(retry);
  end?.();
  end = undefined;
}

/** Browsers stop retrying after some errors, so we retry ourselves. */
function listenToEvents(): void {
  stop();
  const source = new EventSource('view/live');
  end = () => source.close();
  source.onopen = opened;
  source.addEventListener('trace', (event: MessageEvent<string>) => tell(JSON.parse(event.data)));
  source.addEventListener('changed', () => tell(null));
  source.onerror = () => {
    become('gone');
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(listenToEvents, RETRY_MS);
  };
}

function listenBySocket(): void {
  stop();
  const url = new URL('view/live', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  // A proxy may close a silent connection. The server responds to a ping without waking up.
  const beat = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('ping'), BEAT_MS);
  let isWanted = true;
  end = () => {
    isWanted = false;
    clearInterval(beat);
    socket.close();
  };
  socket.onopen = opened;
  socket.onmessage = ({ data }) => data !== 'pong' && tell(null);
  socket.onclose = () => {
    clearInterval(beat);
    if (!isWanted) return;
    become('gone');
    retry = setTimeout(listenBySocket, RETRY_MS);
  };
}

function opened(): void {
  become('live');
  // Something may have changed before the connection was open.
  if (wasLive) tell(null);
  wasLive = true;
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
