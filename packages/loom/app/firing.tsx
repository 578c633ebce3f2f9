import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './parts/icon.js';
import { cut } from './parts/rows.js';
import { href } from './router.js';
import { report } from './source.js';
import { useView } from './use-view.js';

/** Lists the firing rules above every page, and notifies when a rule starts to fire. */
export function Firing() {
  const rows = useView('rules', { everyMs: 15_000 }).data?.rows ?? [];
  const firing = rows.filter(({ state }) => state === 'firing');
  const known = useRef<ReadonlySet<string> | null>(null);
  const ids = firing.map(({ id }) => id).join();
  useEffect(() => {
    const before = known.current;
    known.current = new Set(ids ? ids.split(',') : []);
    if (!before || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    for (const row of firing.filter(({ id }) => !before.has(id))) {
      new Notification(`Firing: ${row.when}`, {
        body: `${row.shown} in ${row.requests} requests`,
        tag: row.id,
      });
    }
  }, [ids]);
  if (report || firing.length === 0) return null;
  return (
    <div class="notice bad firing" role="status">
      {firing.map((row) => (
        <p key={row.id}>
          <Icon name="warn" /> <a href={href(['rules'])}>{cut(row.when)}</a>: {row.shown} in {row.requests}{' '}
          requests
        </p>
      ))}
    </div>
  );
}
