import type { ObservationView } from '../../src/dashboard/contract/trace.js';
import { count, duration } from '../format.js';
import { Json } from '../parts/json.js';
import { Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';

interface Event {
  readonly key: string;
  readonly name: string;
  readonly at: number;
  readonly data: unknown;
}

const SHOWN = 100;

/** Notifications to and from the client during the request, and events of its spans. */
export function Events({ observations }: { observations: readonly ObservationView[] }) {
  const events = eventsOf(observations);
  const start = observations[0]?.startedAt ?? 0;
  if (events.length === 0) return null;
  return (
    <Panel title="Events of the request" side={<span class="faint">{count(events.length)}</span>}>
      <ol class="events">
        {events.slice(0, SHOWN).map((event) => (
          <li key={event.key}>
            <span class="faint num">+{duration(Math.max(0, event.at - start))}</span>
            <Json title={cut(event.name, 80)} value={event.data} isOpen={false} />
          </li>
        ))}
      </ol>
      {events.length > SHOWN && (
        <p class="note">The first {count(SHOWN)}. Use Copy JSON to get all of them.</p>
      )}
    </Panel>
  );
}

function eventsOf(observations: readonly ObservationView[]): Event[] {
  const told = observations
    .filter(({ type }) => type.toLowerCase() === 'event')
    .map(({ id, name, startedAt, input }) => ({ key: id, name, at: startedAt, data: input }));
  const ofSpans = observations.flatMap(({ id, events }) =>
    events.map(({ name, at, attributes }, place) => ({ key: `${id} ${place}`, name, at, data: attributes })),
  );
  return [...told, ...ofSpans].sort((a, b) => a.at - b.at);
}
