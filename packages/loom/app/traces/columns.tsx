import type { ComponentChildren } from 'preact';
import type { TraceRow } from '../../src/dashboard/contract/traces.js';
import { short } from '../format.js';
import { cut } from '../parts/rows.js';
import { Duration, Price } from '../parts/text.js';
import { setQuery } from '../router.js';

/** An optional column. Tool, input and start are always visible. */
export interface ListColumn {
  readonly head: string;
  readonly numeric?: boolean;
  /** Also visible on a narrow screen. */
  readonly always?: boolean;
  readonly width?: number;
  readonly cell: (row: TraceRow) => ComponentChildren;
}

const text = (head: string, pick: (row: TraceRow) => string | null): ListColumn => ({
  head,
  width: 110,
  cell: (row) => <span class="faint">{cut(pick(row) ?? '', 60)}</span>,
});

const COLUMNS = {
  tokens: {
    head: 'Tokens',
    numeric: true,
    cell: (row) => <span class="faint">{row.tokens > 0 ? `${short(row.tokens)} tok` : ''}</span>,
  },
  cost: {
    head: 'Cost',
    numeric: true,
    cell: (row) =>
      (row.micros !== null || row.unpriced > 0) && <Price micros={row.micros} unpriced={row.unpriced} />,
  },
  duration: {
    head: 'Duration',
    numeric: true,
    always: true,
    width: 78,
    cell: (row) => <Duration ms={row.durationMs} />,
  },
  client: text('Client', (row) => [row.client, row.clientVersion].filter(Boolean).join(' ')),
  server: text('Server', (row) => row.server),
  method: text('Method', (row) => row.method),
  errorType: text('Error type', (row) => row.errorType),
  session: text('Session', (row) => row.sessionId),
  user: text('User', (row) => row.user),
  environment: text('Environment', (row) => row.environment),
  release: text('Release', (row) => row.release),
  task: text('Task', (row) => row.task),
  id: text('Id', (row) => row.id),
} as const satisfies Record<string, ListColumn>;
type ColumnName = keyof typeof COLUMNS;

const ALL = Object.entries(COLUMNS) as readonly (readonly [ColumnName, ListColumn])[];
const USUAL: readonly ColumnName[] = ['tokens', 'cost', 'duration'];
/** The value in the address if no column is selected. */
const NONE = '-';

export const USUAL_COLUMNS: readonly ListColumn[] = USUAL.map((name) => COLUMNS[name]);

function namesOf(query: URLSearchParams): readonly ColumnName[] {
  const said = query.get('columns')?.split(',');
  return said ? ALL.map(([name]) => name).filter((name) => said.includes(name)) : USUAL;
}

/** The columns in the address. */
export function columnsOf(query: URLSearchParams): readonly ListColumn[] {
  return namesOf(query).map((name) => COLUMNS[name]);
}

/** A value for `grid-template-columns`. */
export function gridOf(columns: readonly ListColumn[]): string {
  const widths = columns.map(({ width = 84 }) => `minmax(0, ${width}px)`);
  return ['minmax(220px, 1.4fr)', 'minmax(0, 2fr)', ...widths, '84px'].join(' ');
}

export function ColumnChoice({ query }: { query: URLSearchParams }) {
  const chosen = namesOf(query);
  const turn = (name: ColumnName) => {
    const next = ALL.map(([known]) => known).filter((known) => chosen.includes(known) !== (known === name));
    const isUsual = next.join() === USUAL.join();
    setQuery({ columns: isUsual ? undefined : next.join() || NONE });
  };
  return (
    <details class="menu">
      <summary>Columns</summary>
      <fieldset>
        <legend class="spoken">Columns of the list</legend>
        {ALL.map(([name, { head }]) => (
          <label key={name}>
            <input type="checkbox" checked={chosen.includes(name)} onChange={() => turn(name)} /> {head}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
