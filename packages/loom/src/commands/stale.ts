import { staleIssues } from '../issues/store.js';
import { listOutcome } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoomToRead } from './spec.js';

const DAY_MS = 86_400_000;

export const stale = command({
  builder: (yargs) =>
    yargs
      .option('days', { type: 'number', default: 14, describe: 'Untouched for this many days' })
      .option('limit', { type: 'number', default: 50, describe: 'Maximum number' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const days = readCount('days', args.days);
      const { issues, total } = staleIssues(db, Date.now() - days * DAY_MS, readCount('limit', args.limit));
      return listOutcome(issues, total, `Every open issue was touched in the last ${days} days.`);
    }),
});
