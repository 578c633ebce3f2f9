import { closeIssue } from '../issues/changes.js';
import { releaseInTeam } from './claim-remote.js';
import { AS, actorOf, closedOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const cancel = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const closed = closeIssue(db, args.id, 'cancelled', actorOf(db, args), Date.now(), {
        reason: args.reason,
      });
      return closedOutcome(closed, await releaseInTeam(db, args.id, process.env));
    }),
});
