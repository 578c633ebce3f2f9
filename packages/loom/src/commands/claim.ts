import { claimIssue } from '../issues/changes.js';
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
    withLoom(args, (db) =>
      db.transaction(() => {
        const now = Date.now();
        const actor = actorOf(db, args);
        const issue = claimIssue(db, args.id, actor, now, { fresh: args.fresh });
        attributeClaim(db, actor, issue.id, now);
        return issueOutcome(issue);
      }),
    ),
});
