import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.js';
import { Select } from '../parts/select.js';
import { setQuery } from '../router.js';
import { useView } from '../use-view.js';
import { CHIPS, FIELDS, PERIODS } from './filter.js';

const TYPING_MS = 200;

/** Everything it says is in the address, so that a filtered list can be kept or sent. */
export function FilterBar({ query }: { query: URLSearchParams }) {
  const tools = useView('tools').data?.rows ?? [];
  const names = (pick: (row: (typeof tools)[number]) => string | null) =>
    [...new Set(tools.map(pick))].filter((name): name is string => name !== null).sort();
  const servers = names((row) => row.server);
  // Only a narrow screen folds them.
  const [isUnfolded, setUnfolded] = useState(false);
  const isFiltered = [...FIELDS, ...Object.keys(CHIPS)].some((name) => query.has(name));
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
          ['', 'All'],
          ['error', 'Errors'],
          ['ok', 'Ok'],
        ]}
      />
      <Choice
        name="tool"
        label="Tool"
        query={query}
        options={[['', 'Any tool'], ...names((row) => row.tool).map(same)]}
      />
      {(servers.length > 1 || query.has('server')) && (
        <Choice
          name="server"
          label="Server"
          query={query}
          options={[['', 'Any server'], ...servers.map(same)]}
        />
      )}
      <Choice
        name="last"
        label="Time"
        query={query}
        options={[
          ['', 'Any time'],
          ...Object.entries(PERIODS).map(([key, { name }]) => [key, name] as const),
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
      {Object.entries(CHIPS).map(
        ([name, label]) => query.has(name) && <Chip key={name} {...{ name, label, query }} />,
      )}
      {isFiltered && (
        <a class="clear" href="#/traces">
          Clear
        </a>
      )}
    </search>
  );
}

const same = (name: string) => [name, name] as const;

function SearchField({ value }: { value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // Not while it is being typed into: the address follows the field by a moment.
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
  // What the address holds is offered too, also when no trace has it yet.
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
      {label}: {query.get(name)} <Icon name="close" label="Remove" />
    </button>
  );
}
