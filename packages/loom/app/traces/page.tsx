import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { count, plural } from '../format.js';
import { Icon } from '../parts/icon.js';
import { Empty, PageHead } from '../parts/panel.js';
import { href, usePlace } from '../router.js';
import { report } from '../source.js';
import { timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { ColumnChoice, columnsOf } from './columns.js';
import { Download } from './download.js';
import { FACETS, FacetPanel, Groups } from './facets.js';
import { FIELDS, listParameters } from './filter.js';
import { FilterBar } from './filter-bar.js';
import { TraceList } from './list.js';
import { TraceWindow } from './window.js';

const KEPT = 4;
/** Lists by address, so that going back shows the same rows at the same position. */
const lists = new Map<string, TraceList>();

export function TracesPage() {
  const { query } = usePlace();
  const address = listAddress(query);
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const list = useMemo(() => listOf(address), [address]);
  useEffect(() => {
    list.attach(() => redraw(undefined));
    return () => list.detach();
  }, [list]);

  const by = FACETS.find((name) => name === query.get('by'));
  return (
    <>
      <PageHead title="Traces">
        <p class="count" aria-live="polite">
          {list.isLoaded &&
            `${count(list.total)}${list.hasMore ? '+' : ''} ${list.total === 1 ? 'trace' : 'traces'}`}
        </p>
        <ColumnChoice query={query} />
        <Download query={query} />
        <RangeChoice />
      </PageHead>
      <FilterBar query={query} />
      {list.error && (
        <p class="notice bad" role="alert">
          {list.error}
        </p>
      )}
      <div class="explore">
        {!report && <FacetPanel query={query} />}
        <div class="explore-main">
          {by ? <Groups by={by} query={query} /> : <List list={list} query={query} />}
        </div>
      </div>
    </>
  );
}

function List({ list, query }: { list: TraceList; query: URLSearchParams }) {
  const columns = useMemo(() => columnsOf(query), [query.get('columns')]);
  const isFiltered = FIELDS.some((name) => query.has(name));
  return (
    <>
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
      {list.searched !== null && (
        <p class="note searched">
          Searched the names, ids and errors of all traces in this period, and the inputs and outputs of the
          newest {count(list.searched)} traces. To search further back, choose a shorter time or another
          filter.
        </p>
      )}
      {list.rows.length > 0 ? (
        <TraceWindow list={list} columns={columns} />
      ) : (
        list.error === null &&
        (list.isLoaded ? (
          <Empty>
            {isFiltered ? 'No trace matches this filter' : 'No traces'} {timeWords(query)}.{' '}
            <a href={href(['traces'], { last: '90d', from: undefined, to: undefined, since: undefined })}>
              Show 90 days
            </a>
          </Empty>
        ) : (
          <output class="loading">Loading…</output>
        ))
      )}
    </>
  );
}

/** The traces before and after this one in the list where it was last seen. */
export function neighbours(id: string): {
  readonly previous: string | undefined;
  readonly next: string | undefined;
} {
  for (const list of [...lists.values()].reverse()) {
    const at = list.rows.findIndex((row) => row.id === id);
    if (at >= 0) return { previous: list.rows[at - 1]?.id, next: list.rows[at + 1]?.id };
  }
  return { previous: undefined, next: undefined };
}

/** The parameters that select the rows, without those that only change their display. */
function listAddress(query: URLSearchParams): string {
  const words = new URLSearchParams(query);
  words.delete('columns');
  words.delete('by');
  return words.toString();
}

function listOf(address: string): TraceList {
  const query = new URLSearchParams(address);
  const list = lists.get(address) ?? new TraceList(() => listParameters(query, report?.madeAt ?? Date.now()));
  lists.delete(address);
  lists.set(address, list);
  const oldest = lists.keys().next().value;
  if (lists.size > KEPT && oldest !== undefined) lists.delete(oldest);
  return list;
}
