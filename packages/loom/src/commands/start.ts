import { claimIssue } from '../issues/changes.js';
import { attribute } from '../sessions/attribution.js';
import { currentSession } from '../sessions/current.js';
import { openManualSession } from '../sessions/manual.js';
import { claimInTeam } from './claim-remote.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { adviceFor, ROUTE } from './route-advice.js';
import { command, withLoom } from './spec.js';

/** Claims an issue and starts a session unless one is running, so that the cost counts for the issue. */
export const start = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('as', AS)
      .option('route', ROUTE),
  run: (args) =>
    withLoom(args, async (db, loomDir) => {
      const now = Date.now();
      const actor = actorOf(db, args);
      const issue = claimIssue(db, args.id, actor, now);
      const claimNote = await claimInTeam(db, args.id, process.env);
      const started = db.transaction(() => {
        const running = currentSession(db, args.cwd);
        const session = running ?? openManualSession(db, { agent: actor.name, cwd: args.cwd, now });
        attribute(db, session.id, issue.id, 'claim', now);
        const says = `${running ? 'in' : 'started'} session ${session.id}`;
        return {
          ...issueOutcome(issue, [says, ...claimNote]),
          data: { issue, session_id: session.id, session_started: !running },
        };
      });
      const advice = args.route ? await adviceFor(db, loomDir, args.id, started.data.session_id, now) : [];
      return { ...started, text: [started.text, ...advice].join('\n') };
    }),
});
