import { useState } from 'preact/hooks';
import type { TraceRow } from '../../src/dashboard/contract/traces.js';
import { count } from '../format.js';
import { addressOf, read, report } from '../source.js';
import { type Format, textOf } from './file-text.js';
import { listParameters } from './filter.js';

const PAGE = 500;
const MOST = 10_000;

/** Saves the filtered traces as a file, at most the newest ten thousand. */
export function Download({ query }: { query: URLSearchParams }) {
  const [said, setSaid] = useState('');
  const save = async (format: Format) => {
    try {
      const { rows, isCut } = await everyRow(query, (n) => setSaid(`Reading ${count(n)}…`));
      hand(`traces.${format}`, textOf(rows, format));
      setSaid(isCut ? `The first ${count(rows.length)} saved` : `${count(rows.length)} saved`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <span class="download">
      <select
        aria-label="Save as a file"
        value=""
        onChange={(event) => {
          const format = event.currentTarget.value as Format | '';
          event.currentTarget.value = '';
          if (format) void save(format);
        }}
      >
        <option value="">Save as…</option>
        <option value="csv">CSV</option>
        <option value="json">JSON</option>
        <option value="ndjson">NDJSON</option>
      </select>
      <span class="faint" aria-live="polite">
        {said}
      </span>
    </span>
  );
}

async function everyRow(
  query: URLSearchParams,
  progress: (rows: number) => void,
): Promise<{ rows: TraceRow[]; isCut: boolean }> {
  const parameters = listParameters(query, report?.madeAt ?? Date.now());
  const rows: TraceRow[] = [];
  for (let before: string | undefined; ; ) {
    const page = await read<'traces'>(addressOf('traces', undefined, { ...parameters, limit: PAGE, before }));
    rows.push(...page.rows);
    progress(rows.length);
    if (page.next === null || rows.length >= MOST) return { rows, isCut: page.next !== null };
    before = page.next;
  }
}

function hand(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
