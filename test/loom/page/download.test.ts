import { expect, it } from 'vitest';
import { textOf } from '../../../packages/loom/app/traces/file-text.js';
import type { TraceRow } from '../../../packages/loom/src/dashboard/contract/traces.js';

const row = {
  id: 'a',
  name: 'say "hi", friend',
  failed: true,
  statusMessage: '=1+2',
  durationMs: -1.5,
  preview: null,
};
const rows = [row, { ...row, id: 'b', statusMessage: 'two\nlines' }] as unknown as TraceRow[];

it('CSV quotes special values, and no cell is a formula', () => {
  expect(textOf(rows, 'csv')).toBe(
    [
      'id,name,failed,statusMessage,durationMs,preview',
      `a,"say ""hi"", friend",true,'=1+2,-1.5,`,
      'b,"say ""hi"", friend",true,"two\nlines",-1.5,',
      '',
    ].join('\r\n'),
  );
});

it('JSON and NDJSON contain the rows unchanged', () => {
  expect(JSON.parse(textOf(rows, 'json'))).toEqual(rows);
  const lines = textOf(rows, 'ndjson').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
});
