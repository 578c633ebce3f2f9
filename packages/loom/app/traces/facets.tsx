import { useState } from 'preact/hooks';
import type { FacetName, Facets, GroupRow } from '../../src/dashboard/contract/facets.js';
import { count, plural } from '../format.js';
import { measureColumns } from '../parts/measure-columns.js';
import { Empty, Loaded } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { href, setQuery } from '../router.js';
import { timeParameters } from '../time/range.js';
import { useView } from '../use-view.js';
import { FILTERS, filterParameters, wordsOfFacet } from './filter.js';
import { SavedViews } from './saved-views.js';

/** The server's names. */
export const FACETS: readonly FacetName[] = [
  'status',
  'tool',
  'errorType',
  'client',
  'clientVersion',
  'method',
  'server',
  'release',
  'environment',
  'user',
  'session',
  'model',
  'task',
];
/** Counted only after you open them, because their values are in other tables. */
const SLOW: readonly FacetName[] = ['model', 'task'];
const OPEN: readonly FacetName[] = ['status', 'tool', 'errorType', 'client'];

/** The count of each value with all other filters applied. A click filters by the value. */
export function FacetPanel({ query }: { query: URLSearchParams }) {
  const parameters = { ...timeParameters(query), ...filterParameters(query) };
  const answer = useView('facets', { parameters });
  const [opened, setOpened] = useState(false);
  const slow = useView('facets', {
    parameters: { ...parameters, names: opened ? SLOW.join(',') : 'status' },
  });
  const known = new Map(
    [...(answer.data?.facets ?? []), ...(opened ? (slow.data?.facets ?? []) : [])].map((facet) => [
      facet.name,
      facet,
    ]),
  );
  return (
    <aside class="facets" aria-label="Filters with counts">
      <SavedViews query={query} />
      {FACETS.map((name) => (
        <Facet
          key={name}
          name={name}
          facet={known.get(name)}
          query={query}
          opened={() => SLOW.includes(name) && setOpened(true)}
        />
      ))}
    </aside>
  );
}

interface FacetProps {
  readonly name: FacetName;
  readonly facet: Facets['facets'][number] | undefined;
  readonly query: URLSearchParams;
  readonly opened: () => void;
}

function Facet({ name, facet, query, opened }: FacetProps) {
  const { word } = wordsOfFacet(name, '');
  const chosen = query.get(word);
  const isSlow = SLOW.includes(name);
  const values = facet?.values ?? [];
  if (
    !isSlow &&
    chosen === null &&
    facet &&
    (values.length === 0 || (values.length === 1 && values[0]?.value === '(none)'))
  )
    return null;
  return (
    <details
      open={OPEN.includes(name) || chosen !== null}
      onToggle={(event) => event.currentTarget.open && opened()}
    >
      <summary>{FILTERS[word]}</summary>
      <ul>
        {values.map(({ value, count: n }) => {
          const isChosen = chosen === wordsOfFacet(name, value).value;
          return (
            <li key={value}>
              <button
                type="button"
                aria-pressed={isChosen}
                title={value}
                onClick={() => setQuery({ [word]: isChosen ? undefined : wordsOfFacet(name, value).value })}
              >
                <span>{cut(value, 40)}</span> <span class="faint">{count(n)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {facet && facet.more > 0 && <p class="faint">{plural(facet.more, 'more value')}</p>}
      {facet && values.length === 0 && <p class="faint">None in this period</p>}
    </details>
  );
}

/** The filtered traces, with a row for each value. */
export function Groups({ by, query }: { by: FacetName; query: URLSearchParams }) {
  const answer = useView('groups', {
    parameters: { ...timeParameters(query), ...filterParameters(query), by },
  });
  return (
    <Loaded answer={answer}>
      {({ rows, total }) =>
        rows.length > 0 ? (
          <>
            <Table
              caption={`Traces by ${by}`}
              columns={columnsOf(by, query)}
              rows={rows}
              keyOf={(row) => row.value}
            />
            {rows.length < total && (
              <p class="note">
                The largest {count(rows.length)} of {count(total)}.
              </p>
            )}
          </>
        ) : (
          <Empty>No trace matches this filter.</Empty>
        )
      }
    </Loaded>
  );
}

function columnsOf(by: FacetName, query: URLSearchParams): readonly Column<GroupRow>[] {
  const here = Object.fromEntries([...query].filter(([name]) => name !== 'by'));
  return [
    {
      head: FILTERS[wordsOfFacet(by, '').word],
      grow: true,
      cell: (row) => {
        const { word, value } = wordsOfFacet(by, row.value);
        return (
          <a class="name" href={href(['traces'], { ...here, [word]: value })} data-row>
            {cut(row.value, 80)}
          </a>
        );
      },
    },
    ...measureColumns<GroupRow>({ head: 'Traces', last: 'Latest' }, (row) => row.requests, [
      { name: 'p50' },
      { name: 'p95' },
    ]),
  ];
}
