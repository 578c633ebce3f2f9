import { resolve } from 'node:path';
import { importLmRust as run } from '../transfer/lm-rust.js';
import { importOutcome } from './import-text.js';
import { command, withLoom } from './spec.js';

export const importLmRust = command({
  builder: (yargs) =>
    yargs.positional('dir', {
      type: 'string',
      describe: 'Folder with work.db and memory.db; this project’s .loom when left out',
    }),
  run: (args) =>
    withLoom(args, (db, loomDir) =>
      importOutcome(run(db, args.dir === undefined ? loomDir : resolve(args.cwd, args.dir), Date.now())),
    ),
});
