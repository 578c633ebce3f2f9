import { minute } from '../cost/days.js';
import type { Latency } from '../dashboard/contract/figures.js';
import type { Range } from '../dashboard/contract/range.js';
import type { TraceView } from '../dashboard/contract/trace.js';
import type { TraceRow } from '../dashboard/contract/traces.js';
import { formatMicros } from '../money.js';
import { table } from '../output.js';

const ID_SHOWN = 12;
const NOTE_SHOWN = 60;
const VALUE_SHOWN = 2000;

export function milliseconds(ms: number | null): string {
  if (ms === null) {
    return '-';
  }
  // A Worker's clock does not advance between I/O.
  return ms < 1 ? '<1 ms' : `${Number(ms < 100 ? ms.toPrecision(2) : Math.round(ms))} ms`;
}

export function percent(part: number, of: number): string {
  return of === 0 ? '-' : `${((part / of) * 100).toFixed(1)}%`;
}

export function latencyCells({ p50, p95, p99 }: Latency): string[] {
  return [milliseconds(p50), milliseconds(p95), milliseconds(p99)];
}

export function rangeText({ from, to }: Range): string {
  return `${minute(from)} to ${minute(to)}`;
}

/** One line. The printer escapes characters that can move the cursor. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

export function traceTable(rows: readonly TraceRow[]): string {
  return table(
    ['trace', 'when', '', 'tool', 'client', 'took', 'what'],
    rows.map((row) => [
      row.id.slice(0, ID_SHOWN),
      minute(row.startedAt),
      row.failed ? 'error' : 'ok',
      oneLine(row.tool ?? row.name, 32),
      oneLine(clientText(row.client, row.clientVersion), 24),
      milliseconds(row.durationMs),
      oneLine(noteOf(row), NOTE_SHOWN),
    ]),
  );
}

export function clientText(client: string | null, version: string | null): string {
  return client === null ? '-' : [client, version].filter(Boolean).join(' ');
}

function noteOf(row: TraceRow): string {
  return row.failed ? [row.errorType, row.statusMessage].filter(Boolean).join(': ') : (row.preview ?? '');
}

export function traceText({ row, observations, input, output, scores, protocolVersion }: TraceView): string {
  const facts: [string, string | null][] = [
    ['trace', row.id],
    ['tool', [row.server, row.tool ?? row.name].filter(Boolean).join(':')],
    ['method', row.method],
    ['state', row.failed ? ['error', row.errorType].filter(Boolean).join(', ') : 'ok'],
    ['message', row.statusMessage],
    ['started', minute(row.startedAt)],
    ['took', milliseconds(row.durationMs)],
    ['client', row.client === null ? null : clientText(row.client, row.clientVersion)],
    ['protocol', protocolVersion],
    ['session', row.sessionId],
    ['user', row.user],
    ['release', row.release],
    ['environment', row.environment],
    ['cost', row.generations > 0 ? formatMicros(row.micros) : null],
    ['input', valueText(input)],
    ['output', valueText(output)],
  ];
  const shown = facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
  const lines = shown.map(([name, value]) => `${name.padEnd(12)}${value}`);
  if (observations.length > 1) {
    lines.push(
      '',
      table(
        ['observation', 'type', '', 'took', 'message'],
        observations.map((one) => [
          oneLine(one.name, 40),
          one.type,
          one.level === 'ERROR' ? 'error' : '',
          milliseconds(one.durationMs),
          oneLine(one.statusMessage ?? '', NOTE_SHOWN),
        ]),
      ),
    );
  }
  if (scores.length > 0) {
    lines.push(
      '',
      table(
        ['score', 'value'],
        scores.map(({ name, value }) => [name, value ?? '-']),
      ),
    );
  }
  return lines.join('\n');
}

function valueText(value: unknown): string | null {
  return value === null || value === undefined ? null : oneLine(JSON.stringify(value), VALUE_SHOWN);
}
