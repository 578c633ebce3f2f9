import { setTimeout as sleep } from 'node:timers/promises';
import type { TraceFilter } from '../dashboard/contract/filter.js';
import type { TraceRow } from '../dashboard/contract/traces.js';
import type { Outcome } from '../output.js';
import { print } from '../output.js';
import type { Ask } from './ask-views.js';
import { clientText, milliseconds, oneLine } from './trace-text.js';
import type { Source } from './views.js';

/** A trace may arrive in several parts. It is printed after it has ended, or after this time. */
const GROWS_MS = 3000;
const PAGE = 200;

/** Prints each new trace once, until Ctrl-C. */
export async function followTraces(
  { ask, version: versionNow, everyMs }: Source,
  filter: TraceFilter,
  json: boolean,
): Promise<Outcome> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const from = Date.now();
  const seen = new Set(await idsSince(ask, filter, from - GROWS_MS));
  let version: unknown;
  process.stderr.write('Waiting for new traces; stop with Ctrl-C.\n');
  while (!stop.signal.aborted) {
    const now = versionNow();
    const waiting = now === version ? [] : await newRows(ask, filter, from - GROWS_MS, seen);
    const open = waiting.filter((row) => row.durationMs === null && Date.now() - row.startedAt < GROWS_MS);
    for (const row of waiting.filter((row) => !open.includes(row))) {
      seen.add(row.id);
      print({ data: row, text: lineOf(row) }, json);
    }
    // A trace that has not ended is queried again even without new writes.
    version = open.length > 0 ? undefined : now;
    await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  return { data: null, text: '' };
}

async function newRows(
  ask: Ask,
  filter: TraceFilter,
  from: number,
  seen: ReadonlySet<string>,
): Promise<TraceRow[]> {
  const { rows } = await ask('traces', { params: { ...filter, last: undefined, from, limit: PAGE } });
  return rows.filter(({ id }) => !seen.has(id)).toReversed();
}

async function idsSince(ask: Ask, filter: TraceFilter, from: number): Promise<string[]> {
  return (await newRows(ask, filter, from, new Set())).map(({ id }) => id);
}

function lineOf(row: TraceRow): string {
  return [
    new Date(row.startedAt).toTimeString().slice(0, 8),
    row.id.slice(0, 12),
    row.failed ? 'error' : 'ok   ',
    oneLine(row.tool ?? row.name, 40),
    milliseconds(row.durationMs),
    row.client === null ? '' : clientText(row.client, row.clientVersion),
    row.failed ? oneLine([row.errorType, row.statusMessage].filter(Boolean).join(': '), 80) : '',
  ]
    .filter(Boolean)
    .join('  ');
}
