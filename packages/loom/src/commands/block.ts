import { blockIssue, openBlockers } from '../issues/dependencies.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const block = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue that is blocked' })
      .positional('by', { type: 'string', describe: 'Issue that blocks it' })
      .option('reason', { type: 'string', describe: 'What it waits for, if it is not an issue' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      const issue = blockIssue(db, args.id, args.by, args.reason, actorOf(db, args), Date.now());
      const blockers = openBlockers(db, issue.id);
      return {
        ...issueOutcome(issue, blockers.length > 0 ? [`waits for ${blockers.join(', ')}`] : []),
        data: { issue, blockers },
      };
    }),
});
