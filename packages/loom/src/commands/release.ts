import { releaseIssue } from '../issues/changes.js';
import { attribute } from '../sessions/attribution.js';
import { releaseInTeam } from './claim-remote.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const release = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('reason', { type: 'string', describe: 'Why' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const released = db.transaction(() => {
        const now = Date.now();
        const actor = actorOf(db, args);
        const issue = releaseIssue(db, args.id, actor, now, args.reason);
        const holders = db.all<{ id: string }>(
          "SELECT id FROM sessions WHERE issue_id = ? AND status IN ('running', 'paused')",
          issue.id,
        );
        for (const { id } of holders) {
          attribute(db, id, null, 'released', now);
        }
        return issue;
      });
      return issueOutcome(released, await releaseInTeam(db, released.id, process.env));
    }),
});
