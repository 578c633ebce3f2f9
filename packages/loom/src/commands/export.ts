import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exportLines } from '../transfer/export.js';
import { SHARED_TABLES } from '../transfer/tables.js';
import { command, withLoom } from './spec.js';

const TABLES = SHARED_TABLES.map((table) => table.name);

export const exportCommand = command({
  builder: (yargs) =>
    yargs
      .option('out', { alias: 'o', type: 'string', describe: 'File to write; stdout when left out' })
      .option('table', { choices: TABLES, array: true, default: [], describe: 'Only these tables' }),
  run: (args) =>
    withLoom(args, (db) => {
      // One transaction, so that what is exported was true at one moment.
      const lines = db.transaction(() => [...exportLines(db, args.table)]);
      if (args.out === undefined) {
        return { data: lines.map((line) => JSON.parse(line)), text: lines.join('\n') };
      }
      const path = resolve(args.cwd, args.out);
      writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
      return { data: { path, records: lines.length }, text: `${lines.length} records written to ${path}.` };
    }),
});
