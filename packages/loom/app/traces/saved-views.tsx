import { useState } from 'preact/hooks';
import type { SavedViewChange } from '../../src/dashboard/contract/saved-views.js';
import { Icon } from '../parts/icon.js';
import { cut } from '../parts/rows.js';
import { change } from '../source.js';
import { useView } from '../use-view.js';

/** Periods, filters, order and columns under a name, shared by everyone who works in this folder. */
export function SavedViews({ query }: { query: URLSearchParams }) {
  const answer = useView('saved-views');
  // The response to a change is shown immediately, because changes of a file cause no event.
  const [changed, setChanged] = useState<typeof answer.data>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [name, setName] = useState('');
  const { rows = [], problem: broken = null } = changed ?? answer.data ?? {};
  const here = query.toString();
  const send = async (what: SavedViewChange) => {
    try {
      setChanged(await change<'saved-views'>('saved-views', what));
      setProblem(null);
      setName('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details class="saved-views" open={rows.length > 0}>
      <summary>Saved views</summary>
      <ul>
        {rows.map((view) => (
          <li key={view.name}>
            <a href={`#/traces?${view.query}`} aria-current={view.query === here ? 'true' : undefined}>
              {cut(view.name, 60)}
            </a>
            <button type="button" class="quiet" onClick={() => send({ remove: view.name })}>
              <Icon name="close" label={`Remove the view ${view.name}`} />
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void send({ save: { name: name.trim(), query: here } });
        }}
      >
        <input
          aria-label="Name of the view"
          placeholder="Name this view"
          maxLength={80}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" disabled={name.trim() === ''}>
          Save
        </button>
      </form>
      {(problem ?? broken) && (
        <p class="bad" role="alert">
          {problem ?? broken}
        </p>
      )}
      <p class="faint">Saved in .loom/views.json. Commit the file to share the views.</p>
    </details>
  );
}
