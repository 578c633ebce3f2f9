import { readTerms, tag } from '../atlas.js';
import { setBudget } from '../budgets/store.js';
import { findIssue, requireIssue } from '../issues/store.js';
import { parseDollars } from '../money.js';
import { openManualSession } from '../sessions/manual.js';
import { sessionLine } from '../sessions/session.js';
import { requireSession } from '../sessions/store.js';
import { attributeFromSurroundings } from '../sessions/surroundings.js';
import { ATLAS, TASK } from './atlas-options.js';
import { actorOf } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const sessionStart = command({
  builder: (yargs) =>
    yargs
      .option('agent', { type: 'string', describe: 'Name of the agent (else LOOM_AGENT, or you)' })
      .option('issue', { type: 'string', describe: 'Issue it works on' })
      .option('title', { type: 'string', describe: 'Short description' })
      .option('budget', { type: 'string', describe: 'Limit in US dollars' })
      .option('follow', {
        type: 'boolean',
        default: false,
        describe: 'The session ends when the process that runs this command does',
      })
      .option('task', TASK)
      .option('atlas', ATLAS),
  run: (args) =>
    withLoom(args, (db) =>
      db.transaction(() => {
        const now = Date.now();
        const issue = args.issue === undefined ? undefined : requireIssue(db, args.issue);
        const opened = openManualSession(db, {
          agent: args.agent ?? actorOf(db, { cwd: args.cwd }).name,
          cwd: args.cwd,
          title: args.title,
          followProcess: args.follow,
          now,
        });
        attributeFromSurroundings(db, opened, process.env, now, issue?.id);
        if (args.budget !== undefined) {
          setBudget(
            db,
            { scope: 'session', scope_id: opened.id, limit_micros: parseDollars(args.budget), stop: false },
            now,
          );
        }
        tag(db, 'session', opened.id, readTerms(args.task, args.atlas));
        const session = requireSession(db, opened.id);
        return {
          data: session,
          text: [
            sessionLine(session),
            ...(process.env.LOOM_ISSUE && !findIssue(db, process.env.LOOM_ISSUE)
              ? [
                  `LOOM_ISSUE is ${process.env.LOOM_ISSUE}, but this issue does not exist, so its cost is not counted there.`,
                ]
              : []),
            `In other terminals: export LOOM_SESSION=${session.id}`,
          ].join('\n'),
        };
      }),
    ),
});
