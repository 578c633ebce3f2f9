import { Component } from 'preact';
import type { TraceRow } from '../../src/dashboard/contract/traces.js';
import { Icon } from '../parts/icon.js';
import { cut } from '../parts/rows.js';
import { Time } from '../parts/text.js';
import { href } from '../router.js';
import { gridOf, type ListColumn, USUAL_COLUMNS } from './columns.js';

interface TraceLineProps {
  readonly row: TraceRow;
  /** From the top, in px. Without it, CSS positions the row. */
  readonly top?: number;
  /** Position in the list, from 2, because the heading is 1. */
  readonly index: number;
  readonly isFresh?: boolean;
  readonly columns?: readonly ListColumn[];
}

/**
 * One trace of a long list. It renders again only after a change of its data, because each frame of a scroll
 * would render it.
 */
export class MemoTraceLine extends Component<TraceLineProps> {
  override shouldComponentUpdate(next: TraceLineProps): boolean {
    return PROPS.some((name) => next[name] !== this.props[name]);
  }

  override render(props: TraceLineProps) {
    return <TraceLine {...props} />;
  }
}

const PROPS = [
  'row',
  'top',
  'index',
  'isFresh',
  'columns',
] as const satisfies readonly (keyof TraceLineProps)[];

/** One trace in a list. */
function TraceLine({ row, top, index, isFresh, columns = USUAL_COLUMNS }: TraceLineProps) {
  const fault = row.failed && [row.errorType, row.statusMessage].filter(Boolean).join(': ');
  const note = fault || readable(row.preview ?? '') || row.task || '';
  return (
    <div
      role="row"
      aria-rowindex={index}
      class={`trace-row${row.failed ? ' failed' : ''}${isFresh ? ' fresh' : ''}`}
      style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}
    >
      <span role="cell" class="t-name">
        <Icon name={row.failed ? 'error' : 'ok'} label={row.failed ? 'Error' : 'Ok'} />
        <a class="name" href={href(['traces', row.id])} data-row>
          {cut(row.tool || row.name)}
        </a>
        <span class="t-server">{cut([row.client, row.server].filter(Boolean).join(' · '), 60)}</span>
      </span>
      <span role="cell" class={fault ? 't-note' : 't-note t-input'} title={note}>
        {cut(note, 200)}
      </span>
      {columns.map((column) => (
        <span role="cell" key={column.head} class={classOf(column)}>
          {column.cell(row)}
        </span>
      ))}
      <span role="cell" class="t-time num">
        <Time at={row.startedAt} />
      </span>
    </div>
  );
}

/** Turns `{"query":"notes","limit":5}` into `query: "notes", limit: 5`. The JSON may be incomplete. */
function readable(json: string): string {
  return json
    .replace(/^\{|\}$/g, '')
    .replace(/"([\w.-]+)":/g, '$1: ')
    .replace(/,(?=[\w.-]+: )/g, ', ');
}

function classOf({ numeric, always }: ListColumn): string {
  return [always ? 't-span' : 't-extra', numeric && 'num'].filter(Boolean).join(' ');
}

/** Headings of the same columns. */
export function TraceHeads({ columns = USUAL_COLUMNS }: { columns?: readonly ListColumn[] }) {
  return (
    <div role="row" aria-rowindex={1} class="trace-row heads">
      <span role="columnheader">Tool</span>
      <span role="columnheader">Input or error</span>
      {columns.map((column) => (
        <span role="columnheader" key={column.head} class={column.numeric ? 'num' : undefined}>
          {column.head}
        </span>
      ))}
      <span role="columnheader" class="num">
        Started
      </span>
    </div>
  );
}

/** A short list without windowing. */
export function TraceTable({ caption, rows }: { caption: string; rows: readonly TraceRow[] }) {
  return (
    <div role="table" class="trace-table" aria-label={caption} style={{ '--columns': gridOf(USUAL_COLUMNS) }}>
      <TraceHeads />
      {rows.map((row, at) => (
        <TraceLine key={row.id} row={row} index={at + 2} />
      ))}
    </div>
  );
}
