import { claimIssue } from '../issues/changes.js';
import { requireIssue } from '../issues/store.js';
import { claimInTeam } from './claim-remote.js';
import { AS, actorOf, attributeClaim, issueOutcome } from './issue-text.js';
import { adviceFor, ROUTE } from './route-advice.js';
import { command, withLoom } from './spec.js';

export const claim = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('as', AS)
      .option('fresh', {
        type: 'boolean',
        default: false,
        describe: 'Outside a session, fail if anyone has it, even you',
      })
      .option('route', ROUTE),
  run: (args) =>
    withLoom(args, async (db, loomDir) => {
      const now = Date.now();
      const actor = actorOf(db, args);
      claimIssue(db, args.id, actor, now, { fresh: args.fresh });
      const says = await claimInTeam(db, args.id, process.env);
      attributeClaim(db, actor, args.id, now);
      const advice = args.route ? await adviceFor(db, loomDir, args.id, actor.sessionId, now) : [];
      return issueOutcome(requireIssue(db, args.id), [...says, ...advice]);
    }),
});
