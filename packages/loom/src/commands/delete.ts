import { hideIssue, removeIssue } from '../issues/edit.js';
import { releaseInTeam } from './claim-remote.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const deleteCommand = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('hard', {
        type: 'boolean',
        default: false,
        describe:
          'Delete it permanently, with its texts, comments and history; its calls then belong to no issue',
      })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const actor = actorOf(db, args);
      if (args.hard) {
        const removed = removeIssue(db, args.id, actor);
        return {
          data: { id: removed.id, hard: true },
          text: `${removed.id} is permanently deleted: ${removed.title}`,
        };
      }
      const issue = hideIssue(db, args.id, actor, Date.now());
      const says = [`deleted; \`lm reopen ${issue.id}\` restores it`];
      return issueOutcome(issue, [...says, ...(await releaseInTeam(db, issue.id, process.env))]);
    }),
});
