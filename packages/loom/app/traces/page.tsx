import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { count, plural } from '../format.js';
import { Icon } from '../parts/icon.js';
import { Empty, PageHead } from '../parts/panel.js';
import { usePlace } from '../router.js';
import { parametersOf } from './filter.js';
import { FilterBar } from './filter-bar.js';
import { TraceList } from './list.js';
import { TraceWindow } from './window.js';

const KEPT = 4;
/** Lists by their address, so that coming back finds the same rows at the same height. */
const lists = new Map<string, TraceList>();

export function TracesPage() {
  const { query } = usePlace();
  const address = query.toString();
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const list = useMemo(() => listOf(address), [address]);
  useEffect(() => {
    list.attach(() => redraw(undefined));
    return () => list.detach();
  }, [list]);

  return (
    <>
      <PageHead title="Traces">
        <p class="count" aria-live="polite">
          {list.isLoaded &&
            `${count(list.total)}${list.hasMore ? '+' : ''} ${list.total === 1 ? 'trace' : 'traces'}`}
        </p>
      </PageHead>
      <FilterBar query={query} />
      {list.error && (
        <p class="notice bad" role="alert">
          {list.error}
        </p>
      )}
      <div class="pill-place" aria-live="polite">
        {list.held > 0 && (
          <button
            type="button"
            class="pill"
            onClick={() => {
              list.release();
              scrollTo({ top: 0 });
            }}
          >
            <Icon name="up" /> {count(list.held)} new
          </button>
        )}
        <span class="spoken">
          {list.fresh.size > 0 ? `${plural(list.fresh.size, 'new trace')} on top` : ''}
        </span>
      </div>
      {list.rows.length > 0 ? (
        <TraceWindow list={list} />
      ) : (
        list.isLoaded && (
          <Empty>
            {address ? 'No trace matches this filter.' : 'No traces yet.'}{' '}
            {address ? <a href="#/traces">Show all</a> : <a href="#/">How to get the first one</a>}
          </Empty>
        )
      )}
    </>
  );
}

function listOf(address: string): TraceList {
  const query = new URLSearchParams(address);
  const list = lists.get(address) ?? new TraceList(() => parametersOf(query, Date.now()));
  lists.delete(address);
  lists.set(address, list);
  const oldest = lists.keys().next().value;
  if (lists.size > KEPT && oldest !== undefined) lists.delete(oldest);
  return list;
}
