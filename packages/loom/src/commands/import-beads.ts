import { resolve } from 'node:path';
import { importBeads as run } from '../transfer/beads.js';
import { importOutcome } from './import-text.js';
import { command, withLoom } from './spec.js';

export const importBeads = command({
  builder: (yargs) =>
    yargs.positional('file', {
      type: 'string',
      default: '.beads/issues.jsonl',
      describe: 'Beads’ JSONL export',
    }),
  run: (args) => withLoom(args, (db) => importOutcome(run(db, resolve(args.cwd, args.file), Date.now()))),
});
