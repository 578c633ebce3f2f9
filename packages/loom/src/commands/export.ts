import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LoomError } from '../errors.js';
import { exportLines } from '../transfer/export.js';
import { SHARED_TABLES } from '../transfer/tables.js';
import { command, withLoomToRead } from './spec.js';

const TABLES = SHARED_TABLES.map((table) => table.name);

export const exportCommand = command({
  builder: (yargs) =>
    yargs
      .option('out', { alias: 'o', type: 'string', describe: 'File to write; stdout when left out' })
      .option('table', { choices: TABLES, array: true, default: [], describe: 'Only these tables' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const lines = db.snapshot(() => [...exportLines(db, args.table)]);
      if (args.out === undefined) {
        return { data: lines.map((line) => JSON.parse(line)), text: lines.join('\n') };
      }
      const path = resolve(args.cwd, args.out);
      try {
        writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
      } catch (error) {
        throw new LoomError(
          `${path} can't be written: ${(error as Error).message}`,
          'Name a file in a folder that is there and writable.',
        );
      }
      return { data: { path, records: lines.length }, text: `${lines.length} records written to ${path}.` };
    }),
});
