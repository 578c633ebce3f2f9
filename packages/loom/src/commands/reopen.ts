import { reopenIssue } from '../issues/changes.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const reopen = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue that is closed or deleted' })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) =>
      issueOutcome(reopenIssue(db, args.id, actorOf(db, args), Date.now(), args.reason)),
    ),
});
