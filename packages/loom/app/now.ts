import { useEffect, useState } from 'preact/hooks';
import { report } from './source.js';

const TICK_MS = 5000;
const watchers = new Set<(now: number) => void>();
if (!report) {
  setInterval(() => {
    for (const watcher of watchers) watcher(Date.now());
  }, TICK_MS);
}

/** The reader's clock, a tick every few seconds; in a report it stands at the moment the report was made. */
export function useNow(): number {
  const [now, setNow] = useState(() => report?.madeAt ?? Date.now());
  useEffect(() => {
    watchers.add(setNow);
    return () => void watchers.delete(setNow);
  }, []);
  return now;
}
