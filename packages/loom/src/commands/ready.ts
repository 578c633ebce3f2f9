import { countReady, readyIssues } from '../issues/store.js';
import { listOutcome } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoomToRead } from './spec.js';

export const ready = command({
  builder: (yargs) => yargs.option('limit', { type: 'number', default: 20, describe: 'Maximum number' }),
  run: (args) =>
    withLoomToRead(args, (db) =>
      listOutcome(
        readyIssues(db, readCount('limit', args.limit)),
        countReady(db),
        'Nothing is ready. `lm create` adds an issue, `lm list` shows what is open.',
      ),
    ),
});
