import { assignSessionIssue } from '../agents/handoff.js';
import { primer } from '../agents/prime.js';
import { EXIT, LoomError } from '../errors.js';
import { requireIssue } from '../issues/store.js';
import { addCheckpoint } from '../sessions/checkpoints.js';
import { sessionOrCurrent } from '../sessions/current.js';
import { releaseInTeam } from './claim-remote.js';
import { AS, actorOf } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const sessionHandoff = command({
  builder: (yargs) =>
    yargs
      .positional('to', { type: 'string', demandOption: true, describe: 'Agent or person who continues' })
      .option('summary', {
        alias: 'm',
        type: 'string',
        describe: 'State of the work; saved as a checkpoint',
      })
      .option('session', { type: 'string', describe: 'Session (default: the current one)' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const now = Date.now();
      const session = sessionOrCurrent(db, args.session, args.cwd);
      if (!session.issue_id) {
        throw new LoomError(
          `${session.id} has no issue that could be assigned to another agent.`,
          'Claim one first: lm claim <id>.',
          EXIT.conflict,
        );
      }
      if (args.summary !== undefined) {
        addCheckpoint(db, session, args.summary, {}, now);
      }
      assignSessionIssue(db, session, args.to, actorOf(db, args), now);
      const says = await releaseInTeam(db, session.issue_id, process.env);
      const issue = requireIssue(db, session.issue_id);
      const { text } = primer(db, { issueId: issue.id, now });
      return {
        data: { issue, from: session.id, to: args.to, brief: text },
        text: [
          `${issue.id} is now assigned to ${args.to}; session ${session.id} has ended.`,
          ...says,
          `To continue there: LOOM_AGENT=${args.to} lm start ${issue.id}, then lm prime.`,
          '',
          text,
        ].join('\n'),
      };
    }),
});
