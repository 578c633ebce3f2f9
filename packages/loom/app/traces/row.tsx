import type { TraceRow } from '../../src/dashboard/contract/traces.js';
import { short } from '../format.js';
import { Icon } from '../parts/icon.js';
import { cut } from '../parts/rows.js';
import { Duration, Price, Time } from '../parts/text.js';
import { href } from '../router.js';

interface TraceLineProps {
  readonly row: TraceRow;
  /** From the top, in px; where it is not given the row stands where the page puts it. */
  readonly top?: number;
  /** Of the list, from 2 on: the first is the heading. */
  readonly index: number;
  readonly isFresh?: boolean;
}

/** One trace in a list; drawn often, so that it stays plain. */
export function TraceLine({ row, top, index, isFresh }: TraceLineProps) {
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
      <span role="cell" class="t-tokens num">
        {row.tokens > 0 ? `${short(row.tokens)} tok` : ''}
      </span>
      <span role="cell" class="t-cost num">
        {(row.micros !== null || row.unpriced > 0) && <Price micros={row.micros} unpriced={row.unpriced} />}
      </span>
      <span role="cell" class="t-span num">
        <Duration ms={row.durationMs} />
      </span>
      <span role="cell" class="t-time num">
        <Time at={row.startedAt} />
      </span>
    </div>
  );
}

/** `query: "notes", limit: 5` for the beginning of `{"query":"notes","limit":5}`, which need not be whole. */
function readable(json: string): string {
  return json
    .replace(/^\{|\}$/g, '')
    .replace(/"([\w.-]+)":/g, '$1: ')
    .replace(/,(?=[\w.-]+: )/g, ', ');
}

/** Headings of the same columns. */
export function TraceHeads() {
  return (
    <div role="row" aria-rowindex={1} class="trace-row heads">
      {['Tool', 'Input or error', 'Tokens', 'Cost', 'Duration', 'Started'].map((head, at) => (
        <span key={head} role="columnheader" class={at > 1 ? 'num' : undefined}>
          {head}
        </span>
      ))}
    </div>
  );
}

/** A short list that needs no windowing. */
export function TraceTable({ caption, rows }: { caption: string; rows: readonly TraceRow[] }) {
  return (
    <div role="table" class="trace-table" aria-label={caption}>
      <TraceHeads />
      {rows.map((row, at) => (
        <TraceLine key={row.id} row={row} index={at + 2} />
      ))}
    </div>
  );
}
