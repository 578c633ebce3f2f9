import { claimIssue } from '../issues/changes.js';
import { requireIssue } from '../issues/store.js';
import { askForClaim } from './claim-remote.js';
import { AS, actorOf, attributeClaim, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const claim = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('as', AS)
      .option('fresh', {
        type: 'boolean',
        default: false,
        describe: 'Outside of a session, only if nobody has it, not even you',
      }),
  run: (args) =>
    withLoom(args, async (db) => {
      const now = Date.now();
      const actor = actorOf(db, args);
      claimIssue(db, args.id, actor, now, { fresh: args.fresh });
      const says = await askForClaim(db, args.id, process.env);
      attributeClaim(db, actor, args.id, now);
      return issueOutcome(requireIssue(db, args.id), says);
    }),
});
