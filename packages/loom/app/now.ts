import { useEffect, useState } from 'preact/hooks';
import { report } from './source.js';

const TICK_MS = 5000;
const watchers = new Set<(now: number) => void>();
if (!report) {
  setInterval(() => {
    for (const watcher of watchers) watcher(Date.now());
  }, TICK_MS);
}

/** The current time, updated every few seconds. In a report, it is the time when the report was created. */
export function useNow(): number {
  const [now, setNow] = useState(() => report?.madeAt ?? Date.now());
  useEffect(() => {
    watchers.add(setNow);
    return () => void watchers.delete(setNow);
  }, []);
  return now;
}
