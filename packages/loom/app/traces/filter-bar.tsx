import { useEffect, useRef, useState } from 'preact/hooks';
import type { FacetName } from '../../src/dashboard/contract/facets.js';
import { Icon } from '../parts/icon.js';
import { cut } from '../parts/rows.js';
import { Select } from '../parts/select.js';
import { setQuery } from '../router.js';
import { report } from '../source.js';
import { FIELDS, FILTERS } from './filter.js';

const TYPING_MS = 200;

/** All filters are in the address, so that you can bookmark or share the list. */
export function FilterBar({ query }: { query: URLSearchParams }) {
  // Only a narrow screen folds the filters.
  const [isUnfolded, setUnfolded] = useState(false);
  const isFiltered = FIELDS.some((name) => query.has(name));
  return (
    <search class={isUnfolded ? 'filters' : 'filters folded'}>
      <SearchField value={query.get('q') ?? ''} />
      <button type="button" class="fold" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
        {isUnfolded ? 'Fewer filters' : 'Filters'}
      </button>
      <Choice
        name="status"
        label="Status"
        query={query}
        options={[
          ['', 'Any status'],
          ['error', 'Errors'],
          ['ok', 'Ok'],
        ]}
      />
      <Choice
        name="minMs"
        label="Duration"
        query={query}
        options={[
          ['', 'Any duration'],
          ['100', 'Over 100 ms'],
          ['1000', 'Over 1 s'],
          ['10000', 'Over 10 s'],
        ]}
      />
      <Choice
        name="sort"
        label="Order"
        query={query}
        options={[
          ['', 'Newest first'],
          ['errors', 'Errors first'],
          ['slowest', 'Slowest first'],
        ]}
      />
      {!report && (
        <Choice
          name="by"
          label="Group by"
          query={query}
          options={[['', 'Not grouped'], ...GROUPS.map(([key, name]) => [key, `By ${name}`] as const)]}
        />
      )}
      {Object.entries(FILTERS).map(
        ([name, label]) =>
          name !== 'status' && query.has(name) && <Chip key={name} {...{ name, label, query }} />,
      )}
      {isFiltered && (
        <button type="button" class="clear" onClick={clear}>
          Clear
        </button>
      )}
    </search>
  );
}

const GROUPS: readonly (readonly [FacetName, string])[] = [
  ['tool', 'tool'],
  ['status', 'status'],
  ['errorType', 'error type'],
  ['method', 'method'],
  ['client', 'client'],
  ['clientVersion', 'client version'],
  ['user', 'user'],
  ['session', 'session'],
  ['server', 'server'],
  ['environment', 'environment'],
  ['release', 'release'],
  ['model', 'model'],
  ['task', 'task'],
];

function clear(): void {
  setQuery(Object.fromEntries(FIELDS.map((name) => [name, undefined])));
}

const same = (name: string) => [name, name] as const;

function SearchField({ value }: { value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // Not while the reader is typing: the address follows the field with a short delay.
    if (field.current && document.activeElement !== field.current) field.current.value = value;
  }, [value]);
  const typed = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ q: field.current?.value.trim() || undefined }), TYPING_MS);
  };
  return (
    <label class="search">
      <Icon name="search" />
      <span class="spoken">Search traces</span>
      <input
        ref={field}
        type="search"
        placeholder="Search names, inputs, outputs"
        defaultValue={value}
        onInput={typed}
      />
      <kbd>/</kbd>
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly query: URLSearchParams;
  readonly options: readonly (readonly [string, string])[];
}

function Choice({ name, label, query, options }: ChoiceProps) {
  const value = query.get(name) ?? '';
  // The value in the address is an option even if no trace has it yet.
  const all = options.some(([key]) => key === value) ? options : [...options, same(value)];
  return (
    <Select
      label={label}
      isLit={value !== ''}
      options={all}
      chosen={value}
      choose={(key) => setQuery({ [name]: key || undefined })}
    />
  );
}

function Chip({ name, label, query }: { name: string; label: string; query: URLSearchParams }) {
  return (
    <button type="button" class="chip" onClick={() => setQuery({ [name]: undefined })}>
      {label}: {cut(query.get(name) ?? '', 60)} <Icon name="close" label="Remove" />
    </button>
  );
}
