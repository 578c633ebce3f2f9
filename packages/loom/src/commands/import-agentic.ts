import { resolve } from 'node:path';
import { importAgentic as run } from '../transfer/agentic.js';
import { importOutcome } from './import-text.js';
import { command, withLoom } from './spec.js';

export const importAgentic = command({
  builder: (yargs) =>
    yargs.positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'Dump of `wrangler d1 export`, SQLite file, or JSON of its tables',
    }),
  run: (args) =>
    withLoom(args, (db) => {
      const report = run(db, resolve(args.cwd, args.file), Date.now());
      const { text } = importOutcome(report);
      return { data: report, text: `${text}\n${report.events} events are in the histories of their issues.` };
    }),
});
