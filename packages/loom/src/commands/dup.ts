import { closeAsDuplicate } from '../issues/changes.js';
import { releaseInTeam } from './claim-remote.js';
import { AS, actorOf, closedOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const dup = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Duplicate issue' })
      .positional('of', { type: 'string', demandOption: true, describe: 'Original issue' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const closed = closeAsDuplicate(db, args.id, args.of, actorOf(db, args), Date.now());
      return closedOutcome(closed, await releaseInTeam(db, args.id, process.env));
    }),
});
