import { closeIssue } from '../issues/changes.js';
import { openBlockers } from '../issues/dependencies.js';
import { releaseInTeam } from './claim-remote.js';
import { AS, actorOf, closedOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const done = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('evidence', {
        alias: 'e',
        type: 'string',
        describe: 'Evidence, such as a commit or a test run',
      })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const waits = openBlockers(db, args.id);
      const closed = closeIssue(db, args.id, 'completed', actorOf(db, args), Date.now(), {
        evidence: args.evidence,
      });
      const says = waits.length > 0 ? [`It still waited for ${waits.join(', ')}.`] : [];
      const outcome = closedOutcome(closed, [...says, ...(await releaseInTeam(db, args.id, process.env))]);
      return { ...outcome, data: { ...closed, waited_for: waits } };
    }),
});
