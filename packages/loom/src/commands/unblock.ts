import { openBlockers, unblockIssue } from '../issues/dependencies.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const unblock = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .positional('by', { type: 'string', describe: 'Blocker to remove (default: all)' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      const issue = unblockIssue(db, args.id, args.by, actorOf(db, args), Date.now());
      const blockers = openBlockers(db, issue.id);
      return {
        ...issueOutcome(issue, blockers.length > 0 ? [`still waits for ${blockers.join(', ')}`] : []),
        data: { issue, blockers },
      };
    }),
});
