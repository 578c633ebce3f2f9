import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { beadsLines } from '../transfer/beads/export.js';
import { exportLines } from '../transfer/export.js';
import { SHARED_TABLES } from '../transfer/tables.js';
import { otlpLines, traceLines } from '../transfer/traces.js';
import { command, withLoomToRead } from './spec.js';
import { readSince, readTime } from './times.js';

/** A far future end in Unix ms: the year 2255. A number can still represent its microseconds exactly. */
const FOREVER = 9e12;

const TABLES = SHARED_TABLES.map((table) => table.name);

export const exportCommand = command({
  builder: (yargs) =>
    yargs
      .option('out', { alias: 'o', type: 'string', describe: 'File to write (default: stdout)' })
      .option('beads', {
        type: 'boolean',
        default: false,
        describe: 'Only issues, as Beads’ JSONL, which `bd import` reads',
      })
      .option('table', { choices: TABLES, array: true, default: [], describe: 'Only these tables' })
      .option('traces', {
        choices: ['ndjson', 'otlp'] as const,
        describe: 'Traces instead: a line for each, or OTLP/JSON requests for another backend',
      })
      .option('since', { type: 'string', describe: 'With --traces: from this date, or for this long' })
      .option('until', { type: 'string', describe: 'With --traces: up to this date' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const lines = db.snapshot(() => [...linesOf(db, args)]);
      if (args.out === undefined) {
        return { data: lines.map((line) => JSON.parse(line)), text: lines.join('\n') };
      }
      const path = resolve(args.cwd, args.out);
      try {
        writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
      } catch (error) {
        throw new LoomError(
          `${path} can't be written: ${(error as Error).message}`,
          'Choose a file in an existing, writable folder.',
        );
      }
      return { data: { path, records: lines.length }, text: `${lines.length} records written to ${path}.` };
    }),
});

interface Asked {
  readonly beads: boolean;
  readonly table: readonly string[];
  readonly traces?: 'ndjson' | 'otlp' | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

function linesOf(db: Database, { beads, table, traces, since, until }: Asked): Iterable<string> {
  if (beads) {
    return beadsLines(db);
  }
  if (traces === undefined) {
    return exportLines(db, table);
  }
  const now = Date.now();
  const from = readSince(since, now);
  const to = until === undefined ? FOREVER : readTime(until, now);
  return traces === 'otlp' ? otlpLines(db, from, to) : traceLines(db, from, to);
}
