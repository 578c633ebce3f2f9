import { closeIssue } from '../issues/changes.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const cancel = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      const { issue, freed } = closeIssue(db, args.id, 'cancelled', actorOf(db, args), Date.now(), {
        reason: args.reason,
      });
      const says = freed.map((next) => `${next.id} is free now: ${next.title}`);
      return { ...issueOutcome(issue, says), data: { issue, freed } };
    }),
});
